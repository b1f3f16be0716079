import { either as E } from 'fp-ts';
import type * as t from 'io-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import {
  AddRequest,
  CheckRequest,
  DelRequest,
  GcRequest,
  protocol,
  StatusRequest,
} from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { addressesOf } from '../../domain/host/state.ts';
import type { HttpAnswer, HttpRequest } from '../../domain/port/http.ts';
import { type Added, add } from './add.ts';
import type { Agent } from './agent.ts';
import { check } from './check.ts';
import { collectGarbage } from './collect.ts';
import { deleteAttachment } from './delete.ts';
import { followOwnDel } from './queued-del.ts';
import { podsAreLimited, reasonsNow } from './reasons.ts';
import { resultOf } from './result.ts';
import type { Route } from './route.ts';

const answer = <A>(outcome: E.Either<Refusal, A>, result: (value: A) => unknown): HttpAnswer =>
  E.isLeft(outcome)
    ? { status: 409, body: { error: toCniError(outcome.left) } }
    : { status: 200, body: { result: result(outcome.right) } };

/** Decodes the body; another protocol or a body that is not of this shape never reaches the route. */
export const decoded =
  <A>(
    codec: t.Type<A, unknown, unknown>,
    route: (agent: Agent, body: A, request: HttpRequest) => Promise<HttpAnswer>,
  ): Route<Agent> =>
  (agent, request) => {
    const body = codec.decode(request.body);
    if (E.isRight(body)) return route(agent, body.right, request);
    const keys = [
      ...new Set(
        body.left.map(({ context }) =>
          context
            .map(({ key }) => key)
            .join('.')
            .replace(/^\./, ''),
        ),
      ),
    ];
    return Promise.resolve({
      status: 400,
      body: {
        error: toCniError({ type: 'wrong-protocol', keys, protocol }),
      },
    });
  };

/** What of the last reconciliation forbids an ADD, although it could be wired. */
const refusalOf = ({ unadopted, halted }: Agent['readiness']): Refusal | undefined => {
  if (unadopted === undefined)
    return { type: 'halted', reason: 'the links of this host could not be listed yet' };
  if (unadopted.length > 0) return { type: 'unadopted-links', links: unadopted };
  return halted === undefined ? undefined : { type: 'halted', reason: halted };
};

const tellOfAdd = (
  { ports, coolDown }: Agent,
  attachment: string,
  outcome: E.Either<Refusal, Added>,
): void => {
  if (E.isLeft(outcome)) {
    ports.log.warn('an ADD was refused', { attachment, failure: outcome.left });
    return;
  }
  const addresses = addressesOf(outcome.right.attachment);
  ports.log.info('added', { attachment, addresses, ...outcome.right.timing });
  const byPolicy = outcome.right.attachment.addresses.filter(({ choice }) => choice.by === 'policy');
  for (const { address, ms } of coolDown.tooSoon(byPolicy.map(({ address }) => address))) {
    ports.log.warn('an address is given again within its cool-down: its subnet has no other', {
      address,
      ms,
    });
  }
};

const addRoute = decoded(AddRequest, async (agent, body, { gone }) => {
  const { ports, configuration, host, turns, coolDown } = agent;
  const outcome = await turns.take(attachmentKey(body), async (turnGivenUp) => {
    const refusal = refusalOf(agent.readiness);
    if (refusal !== undefined) return E.left<Refusal, Added>(refusal);
    const free = await followOwnDel(ports, configuration, host, coolDown, body);
    if (E.isLeft(free)) return free;
    const added = await add(ports, configuration, host, body, AbortSignal.any([turnGivenUp, gone]));
    // Nobody heard the answer, and nobody will DEL what nobody knows of.
    if (E.isRight(added) && gone.aborted) {
      await deleteAttachment(ports, host, body, 'unheard', {
        actor: 'agent',
        commandId: ports.ids.derive(body.requestId, `unheard/${body.attempt}`),
        correlationId: body.requestId,
      });
    }
    return added;
  });
  const answered = answer(outcome, (added) => ({
    ...resultOf(configuration.bridge.name, added),
    timing: added.timing,
  }));
  return { ...answered, after: () => tellOfAdd(agent, attachmentKey(body), outcome) };
});

/** What waits for a deletion: ADDs that a link without a log stopped, and a leaving node's network behind its last pod. */
const settleAfterDeletion = ({ host, readiness, settle }: Agent): void => {
  if (readiness.unadopted?.length !== 0 || host.state().lease === undefined) void settle();
};

const delRoute = decoded(DelRequest, async (agent, body) => {
  const { ports, host, turns, coolDown } = agent;
  const key = attachmentKey(body);
  const outcome = await turns.takeOver(key, async () => {
    const known = host.state().attachments.get(key);
    const deleted = await deleteAttachment(ports, host, body, 'deleted', {
      actor: 'runtime',
      commandId: ports.ids.derive(body.requestId, `del/${body.attempt}`),
      correlationId: body.requestId,
    });
    if (E.isRight(deleted) && known !== undefined) coolDown.released(addressesOf(known));
    return deleted;
  });
  settleAfterDeletion(agent);
  const tell = (): void => {
    if (E.isRight(outcome)) ports.log.info('deleted', { attachment: key });
    else ports.log.error('a DEL failed', { attachment: key, failure: outcome.left });
  };
  return { ...answer(outcome, () => ({})), after: tell };
});

const checkRoute = decoded(CheckRequest, async ({ ports, configuration, host, turns }, body) =>
  answer(await turns.take(attachmentKey(body), () => check(ports, configuration, host, body)), () => ({})),
);

const statusRoute = decoded(StatusRequest, async (agent) => {
  const reasons = reasonsNow(agent);
  return answer<undefined>(
    reasons.length === 0
      ? E.right(undefined)
      : E.left({ type: 'not-ready', reasons, limited: podsAreLimited(agent) }),
    () => ({}),
  );
});

const gcRoute = decoded(GcRequest, async (agent, body) => {
  const { ports, host, turns } = agent;
  const outcome = await collectGarbage(ports, host, turns, body);
  settleAfterDeletion(agent);
  return answer(outcome, () => ({}));
});

/** What the CNI plugin asks, by path. */
export const cniRoutes: Readonly<Record<string, Route<Agent>>> = {
  'POST /v1/add': addRoute,
  'POST /v1/del': delRoute,
  'POST /v1/check': checkRoute,
  'POST /v1/status': statusRoute,
  'POST /v1/gc': gcRoute,
};
