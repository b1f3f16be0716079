import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { parseConfiguration } from '../../domain/cluster/configuration.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { describeClusterFailure } from '../../domain/cluster/failure.ts';
import { restoredView } from '../../domain/cluster/queries.ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { decodeEvent, type EventCodecs, type EventOf, type Recorded } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { HeldSubnets } from '../../domain/import-source.ts';
import type { Archived, EventStore } from '../../domain/port/event-store.ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import { type Allocations, allocate } from '../../domain/projection/allocations.ts';
import { emptyLeases, leaseRows, projectLease } from '../../domain/projection/leases.ts';
import { clusterStream, eraOf, firstEra } from '../../domain/stream.ts';
import { eachEvent } from '../follow.ts';
import { parseLogPage } from '../log-page.ts';
import { isReadFailure, plain } from '../read-failure.ts';
import { eventId } from '../seal-events.ts';
import { isStreamFailure } from '../stream-failure.ts';
import type { Member } from './agent.ts';
import { readRedactions } from './redactions.ts';
import type { Route } from './route.ts';
import { type Status, statusOf } from './status.ts';

export const ok = (body: unknown): HttpAnswer => ({ status: 200, body });

export const refused = (status: number, msg: string, details: string): HttpAnswer => ({
  status,
  body: { error: { msg, details } },
});

export const logFailed = (failure: unknown): HttpAnswer =>
  refused(500, `the log cannot be read or written: ${JSON.stringify(failure)}`, 'the log was left as it is');

/** A log that cannot be read now is an answer, not a defect. */
const reading =
  (route: Route<Member>): Route<Member> =>
  async (member, request) => {
    try {
      return await route(member, request);
    } catch (error) {
      if (!isReadFailure(error)) throw error;
      return logFailed(plain(error));
    }
  };

/** Every event of a stream with its meaning; stops at one that cannot be read, by throwing its name. */
async function* meanings<Codecs extends EventCodecs>(
  store: EventStore,
  stream: string,
  codecs: Codecs,
  archived?: Archived,
): AsyncIterable<Recorded<EventOf<Codecs>>> {
  const decode = decodeEvent(codecs);
  for await (const recorded of store.readStream(stream, 0, archived)) {
    const decoded = decode(recorded);
    if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
    yield decoded.right;
  }
}

export const operatorCause = (agent: Member, what: string) => {
  const correlationId = agent.ports.ids.random();
  return { actor: 'operator', commandId: agent.ports.ids.derive(correlationId, what), correlationId };
};

/** What to answer to who wants decided here what the ledger decides, and where he asks; `undefined` where the agent decides. */
export const decidedElsewhere = (
  { ledger }: Member,
  remedy: (hosts: string) => string,
): HttpAnswer | undefined => {
  if (ledger === undefined) return undefined;
  const hosts = ledger.status().ledger;
  return refused(409, `the cluster is decided upon at its ledger, ${hosts}`, remedy(hosts));
};

const configureRoute: Route<Member> = async (agent, { body }) => {
  const elsewhere = decidedElsewhere(
    agent,
    () => `run evio-ledger configure --cluster ${agent.configuration.cluster} there, or with its --ledger`,
  );
  if (elsewhere !== undefined) return elsewhere;
  const configuration = parseConfiguration(body);
  if (E.isLeft(configuration)) return { status: 422, body: { error: { violations: configuration.left } } };
  const decided = await agent.cluster.transact(
    { type: 'configure', ...configuration.right },
    operatorCause(agent, 'configure'),
  )();
  if (E.isRight(decided))
    return ok({ changed: decided.right.length > 0, configuration: configuration.right });
  if (isStreamFailure(decided.left)) return logFailed(decided.left);
  const { msg, remedy } = describeClusterFailure(decided.left);
  return refused(409, msg, remedy);
};

const JoinBody = t.exact(t.partial({ held: HeldSubnets, replace: t.boolean }));

/** `request`: the event that asks; absent where nothing had to be asked. */
export type Joining = Status & { readonly request?: string };

const joinRoute: Route<Member> = async (agent, { body }) => {
  const asked = JoinBody.decode(body ?? {});
  if (E.isLeft(asked))
    return refused(400, 'held does not say which subnets, and from where', 'use the programs of one version');
  const { configuration, host } = agent;
  const cause = operatorCause(agent, 'join');
  const decided = await host.transact(
    {
      type: 'request-join',
      node: configuration.node,
      publicKey: configuration.publicKey,
      held: asked.right.held,
      hints: configuration.hints,
      replace: asked.right.replace ?? configuration.replace,
    },
    cause,
  )();
  if (E.isLeft(decided)) return logFailed(decided.left);
  const request = decided.right.length === 0 ? {} : { request: eventId(agent.ports.ids, cause.commandId, 0) };
  return ok({ ...(await statusOf(agent)), ...request } satisfies Joining);
};

const leaveRoute: Route<Member> = async (agent) => {
  const decided = await agent.host.transact({ type: 'request-leave' }, operatorCause(agent, 'leave'))();
  if (E.isLeft(decided)) {
    return decided.left.type === 'no-lease'
      ? refused(409, 'this node holds no lease', 'there is nothing to leave; evioctl status shows the node')
      : logFailed(decided.left);
  }
  await agent.settle();
  return ok(await statusOf(agent));
};

const closeEraRoute: Route<Member> = async (agent) => {
  const before = agent.hostStream();
  const closed = await agent.closeEra(operatorCause(agent, 'close-era'))();
  if (E.isRight(closed)) return ok({ closed: before, opened: agent.hostStream() });
  if (isStreamFailure(closed.left)) return logFailed(closed.left);
  const { msg, details } = toCniError(closed.left);
  return refused(409, msg, details);
};

const settleRoute: Route<Member> = async (agent) => {
  await agent.settle();
  return ok(await statusOf(agent));
};

const leasesRoute: Route<Member> = async ({ ports, configuration, cluster }) => {
  let leases = emptyLeases();
  for await (const recorded of meanings(
    ports.clusterLog,
    clusterStream(configuration.cluster),
    clusterEvents,
  )) {
    leases = projectLease(leases, recorded);
  }
  const restored = restoredView(cluster.state());
  return ok({
    revision: cluster.revision(),
    leases: leaseRows(leases),
    ...(restored === undefined ? {} : { restored }),
  });
};

/** Every era tells who holds what; the earlier ones, since when. */
const podsRoute: Route<Member> = async ({ ports, configuration, hostStream, host }) => {
  let rows: Allocations = new Map();
  const stream = hostStream();
  const records = await readRedactions(ports, configuration);
  const redacted = new Set(records.map((record) => record.id));
  for (let era = firstEra; era <= host.state().era; era += 1) {
    for await (const recorded of meanings(ports.ownLog, eraOf(stream, era), hostEvents, 'passed-over'))
      rows = allocate(rows, recorded, redacted.has(recorded.id));
  }
  return ok({ revision: host.revision(), pods: [...rows.values()] });
};

const logRoute: Route<Member> = async ({ ports, configuration }, { query }) => {
  const page = parseLogPage({ from: query['from'], limit: query['limit'] });
  if (E.isLeft(page)) return refused(400, page.left.msg, page.left.remedy);
  const { from, limit } = page.right;
  const records = await readRedactions(ports, configuration);
  const redactedOf = new Map(records.map(({ id, redacted }) => [id, redacted]));
  const events: unknown[] = [];
  const read = await eachEvent<{ readonly type: 'enough' }>(
    ports.ownLog.readAll(from),
    async ({ payload, metadata, ...event }) => {
      const redacted = redactedOf.get(event.id);
      events.push({
        ...event,
        payload: JSON.parse(payload),
        metadata: JSON.parse(metadata),
        ...(redacted && { redacted }),
      });
      return events.length === limit ? E.left({ type: 'enough' }) : E.right(undefined);
    },
  );
  if (E.isRight(read) || read.left.type === 'enough' || events.length > 0) return ok({ events });
  if (read.left.type !== 'archived') return logFailed(read.left);
  return refused(
    409,
    toCniError(read.left).msg,
    `go on with --from ${read.left.to + 1}; evioctl export --archive FILE shows them too`,
  );
};

/** What evioctl and evio-config-gen ask, by path. */
export const operatorRoutes: Readonly<Record<string, Route<Member>>> = {
  'GET /v1/status': async (agent) => ok(await statusOf(agent)),
  'GET /v1/leases': reading(leasesRoute),
  'GET /v1/pods': reading(podsRoute),
  'GET /v1/log': reading(logRoute),
  'POST /v1/configure': configureRoute,
  'POST /v1/join': joinRoute,
  'POST /v1/leave': leaveRoute,
  'POST /v1/close-era': closeEraRoute,
  'POST /v1/settle': settleRoute,
};
