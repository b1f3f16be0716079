import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import { AddRequest, CheckRequest, DelRequest, GcRequest, StatusRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { addressesOf } from '../../domain/host/state.ts';
import { vlansOf } from '../../domain/kernel/pod-routes.ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import { eventId } from '../seal-events.ts';
import { type Added, add } from './add.ts';
import { admit } from './admit.ts';
import type { Agent } from './agent.ts';
import { misfits } from './bridge-fit.ts';
import { check } from './check.ts';
import { collectGarbage } from './collect.ts';
import { decoded } from './decoded.ts';
import { deleteAttachment } from './delete.ts';
import { attachmentFields } from './log-fields.ts';
import { recordPhases } from './phases.ts';
import { prepareInterface } from './prepare-interface.ts';
import { forget, preparationRefusal, unprepare } from './prepared.ts';
import { followOwnDel } from './queued-del.ts';
import { delegationReasons, isFenced, podsAreLimited, reasonsNow, vlanReasons } from './reasons.ts';
import { type Admission, admissionOf, resultOf } from './result.ts';
import type { Route } from './route.ts';
import { tellOfAdd, tellOfAdmission, tellOfDel } from './tell.ts';
import { untilHeard } from './until-heard.ts';
import { upgradeOf } from './upgrade.ts';
import { leaveVlans } from './vlans.ts';

const answer = <A>(outcome: E.Either<Refusal, A>, result: (value: A) => unknown): HttpAnswer =>
  E.isLeft(outcome)
    ? { status: 409, body: { error: toCniError(outcome.left) } }
    : { status: 200, body: { result: result(outcome.right) } };

/** What forbids an ADD, although it could be wired: a fence that the log does not have yet, a lease whose TTL may be over, or what the last reconciliation found. */
export const refusalOf = ({
  ledger,
  readiness: { unadopted, halted },
}: Pick<Agent, 'ledger' | 'readiness'>): Refusal | undefined => {
  const unfit = ledger?.unfit();
  if (unfit !== undefined) return { type: 'lease-fenced', reason: unfit };
  const lapse = ledger?.lapse();
  if (lapse !== undefined) return lapse;
  if (unadopted === undefined)
    return { type: 'halted', reason: 'the links of this host could not be listed yet' };
  if (unadopted.length > 0) return { type: 'unadopted-links', links: unadopted };
  return halted === undefined ? undefined : { type: 'halted', reason: halted };
};

/** What comes before an ADD, in its turn. */
const precede = async (
  agent: Agent,
  body: AddRequest,
  step: 'admit' | 'add',
): Promise<E.Either<Refusal, undefined>> => {
  const { ports, configuration, host, coolDown } = agent;
  const refusal = refusalOf(agent) ?? preparationRefusal(agent, body, step);
  return refusal === undefined
    ? followOwnDel(ports, configuration, host, coolDown, body)
    : E.left<Refusal, undefined>(refusal);
};

const admitRoute = decoded(AddRequest, async (agent, body, { gone }) => {
  const { ports, configuration, host, turns } = agent;
  const outcome = await turns.take(attachmentKey(body), async (turnGivenUp) => {
    const preceded = await precede(agent, body, 'admit');
    if (E.isLeft(preceded)) return preceded;
    const { prepared } = turns;
    const key = attachmentKey(body);
    const giveUp = AbortSignal.any([turnGivenUp, gone]);
    // The same run asks again, whose answer was lost: its delegate has not run.
    await unprepare(ports, configuration, prepared, key);
    const admitted = await admit(ports, configuration, host, body, giveUp);
    if (E.isLeft(admitted)) return admitted;
    const { gateways, examined } = admitted.right;
    if (body.throughPod !== true) return E.right({ gateways, prepared: undefined });
    const made = await prepareInterface(ports, configuration, host, prepared, body, examined, giveUp);
    if (E.isLeft(made)) return made;
    if (!giveUp.aborted) return E.right({ gateways, prepared: made.right });
    await unprepare(ports, configuration, prepared, key);
    return E.left<Refusal, Admission>({ type: 'given-up' });
  });
  return { ...answer(outcome, admissionOf), after: () => tellOfAdmission(agent, body, outcome) };
});

/** What waits for a deletion: ADDs that a link without a log stopped, and a leaving node's network behind its last pod. */
const settleAfterDeletion = ({ host, readiness, settle }: Agent): void => {
  if (readiness.unadopted?.length !== 0 || host.state().lease === undefined) void settle();
};

/** An ADD whose answer nobody heard is taken back, in its turn. */
const undoUnheard = async (
  agent: Agent,
  body: AddRequest,
  { announced }: Added,
): Promise<E.Either<Refusal, undefined>> => {
  const { ports, host } = agent;
  await announced;
  const undone = await deleteAttachment(ports, host, body, 'unheard', {
    actor: 'agent',
    commandId: ports.ids.derive(body.requestId, `unheard/${body.attempt}`),
    correlationId: body.requestId,
  });
  if (E.isLeft(undone)) return undone;
  const { requestId } = body;
  ports.log.info('an ADD was undone: its plugin was gone before the answer', {
    ...attachmentFields(body),
    requestId,
  });
  if (body.vlan !== undefined) await leaveVlans(agent, [body.vlan]);
  settleAfterDeletion(agent);
  return E.right(undefined);
};

const addRoute = decoded(AddRequest, (agent, body, { gone }) => {
  const { ports, configuration, host, readiness, turns } = agent;
  const startedMs = ports.clock.monotonicMs();
  let turnMs = 0;
  const { orUndo, answering } = untilHeard(ports, body);
  return answering(async () => {
    const outcome = await turns.take(attachmentKey(body), async (turnGivenUp, hold) => {
      turnMs = ports.clock.monotonicMs() - startedMs;
      const preceded = await precede(agent, body, 'add');
      if (E.isLeft(preceded)) return preceded;
      const added = await add(
        ports,
        configuration,
        host,
        turns,
        readiness,
        body,
        AbortSignal.any([turnGivenUp, gone]),
        () => agent.ledger?.lapse(),
      );
      if (E.isRight(added)) {
        hold(added.right.announced);
        hold(orUndo(() => undoUnheard(agent, body, added.right)));
      }
      return added;
    });
    const answered = answer(outcome, (added) => ({
      ...resultOf(configuration.bridge.name, added),
      timing: added.timing,
    }));
    if (body.vlan !== undefined) await leaveVlans(agent, [body.vlan]);
    const after = async (): Promise<void> => {
      tellOfAdd(agent, body, outcome, startedMs);
      if (E.isRight(outcome)) {
        const { reserveMs, wireMs, switchWaitMs } = outcome.right.timing;
        recordPhases(ports, 'ADD', { turn: turnMs, reserve: reserveMs, wire: wireMs, switch: switchWaitMs });
      }
      await agent.elastic.afterAdd(E.isLeft(outcome) && outcome.left.type === 'subnet-awaited');
    };
    return { ...answered, after };
  });
});

/** What the plugin says of an ADD of its own that ends without its second turn. Of another's, and of an attachment, nothing is touched. */
const endPrepared = async ({ ports, configuration, turns }: Agent, body: DelRequest): Promise<HttpAnswer> => {
  const key = attachmentKey(body);
  await turns.take(key, async () => {
    if (turns.prepared.get(key)?.requestId !== body.requestId) return;
    await unprepare(ports, configuration, turns.prepared, key);
    const { requestId } = body;
    ports.log.info('an ADD ended without its address', { ...attachmentFields(body), requestId });
  });
  return answer(E.right(undefined), () => ({}));
};

const delRoute = decoded(DelRequest, async (agent, body) => {
  if (body.prepared === true) return endPrepared(agent, body);
  const { ports, configuration, host, turns, coolDown } = agent;
  const startedMs = ports.clock.monotonicMs();
  const key = attachmentKey(body);
  const vlan = host.state().attachments.get(key)?.vlan;
  const outcome = await turns.takeOver(key, async () => {
    const turnMs = ports.clock.monotonicMs() - startedMs;
    forget(ports, configuration, turns.prepared, key);
    const known = host.state().attachments.get(key);
    const commandId = ports.ids.derive(body.requestId, `del/${body.attempt}`);
    const deleted = await deleteAttachment(ports, host, body, 'deleted', {
      actor: 'runtime',
      commandId,
      correlationId: body.requestId,
    });
    if (E.isLeft(deleted)) return deleted;
    if (known !== undefined) coolDown.released(addressesOf(known));
    const { unwireMs, recordMs } = deleted.right;
    return E.right({
      event: known && eventId(ports.ids, commandId, 0),
      phases: { turn: turnMs, unwire: unwireMs, record: recordMs },
    });
  });
  if (vlan !== undefined) await leaveVlans(agent, [vlan]);
  settleAfterDeletion(agent);
  const after = (): void => {
    tellOfDel(agent, body, outcome, startedMs);
    if (E.isRight(outcome)) recordPhases(ports, 'DEL', outcome.right.phases);
  };
  return { ...answer(outcome, () => ({})), after };
});

const checkRoute = decoded(CheckRequest, async ({ ports, configuration, host, turns }, body) =>
  answer(await turns.look(attachmentKey(body), () => check(ports, configuration, host, body)), () => ({})),
);

const statusRoute = decoded(StatusRequest, async (agent, body) => {
  const { configuration, host } = agent;
  const { delegated, vlan } = body;
  const known = reasonsNow(agent);
  const upgrade = upgradeOf(agent);
  // By itself it keeps no ADD from being served, so it is no reason; beside one it may be what helps.
  const helps = known.length === 0 || upgrade === undefined ? [] : [`${upgrade.msg}: ${upgrade.remedy}`];
  const reasons = [
    ...known,
    ...vlanReasons(agent, vlan),
    ...helps,
    ...misfits(configuration, host.state().lease, body),
    ...(delegated === undefined ? [] : delegationReasons(agent)),
  ];
  return answer<undefined>(
    reasons.length === 0
      ? E.right(undefined)
      : E.left({ type: 'not-ready', reasons, limited: podsAreLimited(agent, vlan), fenced: isFenced(agent) }),
    () => ({}),
  );
});

const gcRoute = decoded(GcRequest, async (agent, body) => {
  const { ports, host, turns } = agent;
  const vlans = vlansOf(host.state().attachments.values());
  const outcome = await collectGarbage(ports, host, turns, body);
  await leaveVlans(agent, vlans);
  settleAfterDeletion(agent);
  return answer(outcome, () => ({}));
});

/** What the CNI plugin asks, by path. */
export const cniRoutes: Readonly<Record<string, Route<Agent>>> = {
  'POST /v1/admit': admitRoute,
  'POST /v1/add': addRoute,
  'POST /v1/del': delRoute,
  'POST /v1/check': checkRoute,
  'POST /v1/status': statusRoute,
  'POST /v1/vlan/admit': admitRoute,
  'POST /v1/vlan/add': addRoute,
  'POST /v1/vlan/status': statusRoute,
  'POST /v1/gc': gcRoute,
};
