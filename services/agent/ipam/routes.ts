import { either as E } from 'fp-ts';
import { type CniError, codes } from '../../../domain/cni/error.ts';
import { type IpamConfig, readIpamConfig } from '../../../domain/cni/ipam-config.ts';
import { folderOf } from '../../../domain/cni/ipam-folder.ts';
import {
  IpamAddRequest,
  IpamAttachmentRequest,
  IpamGcRequest,
  IpamStatusRequest,
} from '../../../domain/cni/ipam-request.ts';
import { type Refusal, toCniError } from '../../../domain/cni/refusal.ts';
import { poolKey } from '../../../domain/host/attachment.ts';
import { chooseFromPool } from '../../../domain/host/ipam/choose.ts';
import { tooOldReaders } from '../../../domain/host/ipam/decide.ts';
import { allocatedTo, emptyNetworkPool } from '../../../domain/host/ipam/state.ts';
import type { HttpAnswer } from '../../../domain/port/http.ts';
import type { Agent } from '../agent.ts';
import { decoded } from '../decoded.ts';
import { recordPhases } from '../phases.ts';
import { diskReasons, latchedReasons } from '../reasons.ts';
import type { Route } from '../route.ts';
import { untilHeard } from '../until-heard.ts';
import { allocateAddresses } from './allocate.ts';
import { collectAddresses } from './collect.ts';
import { inFolder } from './in-folder.ts';
import { followOwnRelease } from './queued-release.ts';
import { releaseAddresses } from './release.ts';
import { resultOf } from './result.ts';
import { settleFolder } from './settle-folder.ts';
import { tellOfAllocation, tellOfRelease } from './tell.ts';

const refused = (error: CniError): HttpAnswer => ({ status: 409, body: { error } });

const answer = (outcome: E.Either<Refusal, unknown>): HttpAnswer =>
  E.isLeft(outcome) ? refused(toCniError(outcome.left)) : { status: 200, body: { result: {} } };

type PoolRequest = Pick<IpamStatusRequest, 'network' | 'pool'>;

const configOf = ({ network, pool }: PoolRequest): E.Either<CniError, IpamConfig> =>
  readIpamConfig(network, pool.ipam, pool.ipRanges);

/** An ADD whose answer nobody heard is taken back, in its turn. */
const undoUnheard = ({ ports, ipam }: Agent, body: IpamAddRequest, { folder }: IpamConfig) =>
  releaseAddresses(ipam, body, folder, 'unheard', {
    actor: 'agent',
    commandId: ports.ids.derive(body.requestId, `unheard/${body.attempt}`),
    correlationId: body.requestId,
  });

const addRoute = decoded(IpamAddRequest, async (agent, body) => {
  const { ports, configuration, ipam } = agent;
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const startedMs = ports.clock.monotonicMs();
  let turnMs = 0;
  const { orUndo, answering } = untilHeard(ports, body);
  return answering(async () => {
    const outcome = await ipam.turns.take(poolKey(body), async (_, hold) => {
      turnMs = ports.clock.monotonicMs() - startedMs;
      const free = await followOwnRelease(ipam, configuration, body);
      if (E.isLeft(free)) return free;
      const allocated = await allocateAddresses(ipam, body, config.right);
      if (E.isRight(allocated)) hold(orUndo(() => undoUnheard(agent, body, config.right)));
      return allocated;
    });
    const after = (): void => {
      tellOfAllocation(ports, body, outcome, startedMs);
      if (E.isLeft(outcome)) return;
      const { lookMs, recordMs, writeMs } = outcome.right.timing;
      recordPhases(ports, 'IPAM ADD', { turn: turnMs, look: lookMs, record: recordMs, write: writeMs });
    };
    if (E.isLeft(outcome)) return { ...answer(outcome), after };
    return { status: 200, body: { result: resultOf(outcome.right.one, config.right) }, after };
  });
});

const delRoute = decoded(IpamAttachmentRequest, async ({ ports, ipam }, body) => {
  const startedMs = ports.clock.monotonicMs();
  const outcome = await ipam.turns.takeOver(poolKey(body), () =>
    releaseAddresses(ipam, body, folderOf(body.pool.ipam, body.network), 'deleted', {
      actor: 'runtime',
      commandId: ports.ids.derive(body.requestId, `release/${body.attempt}`),
      correlationId: body.requestId,
    }),
  );
  return { ...answer(outcome), after: () => tellOfRelease(ports, body, outcome, startedMs) };
});

/** host-local's own words, of which runtimes know what they mean. */
const nothingHeld = (containerId: string): CniError => ({
  code: codes.internal,
  msg: `host-local: Failed to find address added by container ${containerId}`,
  details: 'it was never added here, or was released since; evioctl log shows its events',
});

/** Any address will do, as with host-local. What the log does not know host-local may have given: the files say so. */
const checkRoute = decoded(IpamAttachmentRequest, async ({ host, ipam }, body) => {
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const { network, containerId, ifname, requestId } = body;
  const isHeld = (): boolean => allocatedTo(host.state().networks, body) !== undefined;
  if (isHeld()) return answer(E.right(undefined));
  const { folder: path } = config.right;
  const settled = await inFolder(ipam, path, (folder) =>
    settleFolder(ipam, folder, { network, folder: path }, requestId, { all: true }),
  );
  if (E.isLeft(settled)) return answer(settled);
  const inFiles = settled.right.left.some(
    (one) => one.containerId === containerId && (one.ifname === ifname || one.ifname === ''),
  );
  return isHeld() || inFiles ? answer(E.right(undefined)) : refused(nothingHeld(containerId));
});

/** Whether an ADD would get its addresses, as far as the log knows, and whether the log takes them. */
const statusRoute = decoded(IpamStatusRequest, async ({ host, readiness, ports }, body) => {
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const reasons = [...latchedReasons(ports), ...diskReasons(readiness)];
  if (reasons.length > 0) return answer(E.left({ type: 'not-ready', reasons, limited: false }));
  const state = host.state();
  const tooOld = tooOldReaders(state);
  const pool = state.networks.get(body.network) ?? emptyNetworkPool();
  const chosen = tooOld === undefined ? chooseFromPool(pool, config.right.ranges, []) : E.left(tooOld);
  if (E.isRight(chosen)) return answer(chosen);
  // The remedy is that of an ADD: `evioctl status` would show what the node lacks, and this network needs none of it.
  return refused({ ...toCniError(chosen.left), code: codes.notAvailable });
});

const gcRoute = decoded(IpamGcRequest, async ({ ipam }, body) =>
  answer(await collectAddresses(ipam, body, folderOf(body.pool.ipam, body.network))),
);

/** What the plugin asks under the name `evio-ipam`, by path. Neither lease nor switch is needed for it. */
export const ipamRoutes: Readonly<Record<string, Route<Agent>>> = {
  'POST /v1/ipam/add': addRoute,
  'POST /v1/ipam/del': delRoute,
  'POST /v1/ipam/check': checkRoute,
  'POST /v1/ipam/status': statusRoute,
  'POST /v1/ipam/gc': gcRoute,
};
