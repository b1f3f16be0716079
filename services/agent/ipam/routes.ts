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
import { attachmentKey, poolKey } from '../../../domain/host/attachment.ts';
import { chooseFromPool } from '../../../domain/host/ipam/choose.ts';
import { tooOldReaders } from '../../../domain/host/ipam/decide.ts';
import { allocatedTo, emptyNetworkPool } from '../../../domain/host/ipam/state.ts';
import type { HttpAnswer } from '../../../domain/port/http.ts';
import type { Agent } from '../agent.ts';
import { decoded } from '../decoded.ts';
import type { Route } from '../route.ts';
import { allocateAddresses } from './allocate.ts';
import { collectAddresses } from './collect.ts';
import { inFolder } from './in-folder.ts';
import { followOwnRelease } from './queued-release.ts';
import { releaseAddresses } from './release.ts';
import { resultOf } from './result.ts';
import { settleFolder } from './settle-folder.ts';

const refused = (error: CniError): HttpAnswer => ({ status: 409, body: { error } });

const answer = (outcome: E.Either<Refusal, unknown>): HttpAnswer =>
  E.isLeft(outcome) ? refused(toCniError(outcome.left)) : { status: 200, body: { result: {} } };

type PoolRequest = Pick<IpamStatusRequest, 'network' | 'pool'>;

const configOf = ({ network, pool }: PoolRequest): E.Either<CniError, IpamConfig> =>
  readIpamConfig(network, pool.ipam, pool.ipRanges);

const addRoute = decoded(IpamAddRequest, async (agent, body, { gone }) => {
  const { ports, configuration, host, turns } = agent;
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const attachment = attachmentKey(body);
  const outcome = await turns.take(poolKey(body), async () => {
    const free = await followOwnRelease(ports, configuration, host, turns, body);
    if (E.isLeft(free)) return free;
    const allocated = await allocateAddresses(ports, host, turns, body, config.right);
    // Nobody heard the answer, and nobody will DEL what nobody knows of.
    if (E.isRight(allocated) && gone.aborted) {
      await releaseAddresses(ports, host, turns, body, config.right.folder, 'unheard', {
        actor: 'agent',
        commandId: ports.ids.derive(body.requestId, `unheard/${body.attempt}`),
        correlationId: body.requestId,
      });
    }
    return allocated;
  });
  if (E.isLeft(outcome)) {
    const failure = outcome.left;
    return {
      ...answer(outcome),
      after: () => ports.log.warn('an ADD of evio-ipam was refused', { attachment, failure }),
    };
  }
  const addresses = outcome.right.addresses.map(({ address }) => address);
  return {
    status: 200,
    body: { result: resultOf(outcome.right, config.right) },
    after: () => ports.log.info('addresses allocated', { attachment, addresses }),
  };
});

const delRoute = decoded(IpamAttachmentRequest, async ({ ports, host, turns }, body) => {
  const attachment = attachmentKey(body);
  const outcome = await turns.takeOver(poolKey(body), () =>
    releaseAddresses(ports, host, turns, body, folderOf(body.pool.ipam, body.network), 'deleted', {
      actor: 'runtime',
      commandId: ports.ids.derive(body.requestId, `release/${body.attempt}`),
      correlationId: body.requestId,
    }),
  );
  const after = (): void => {
    if (E.isRight(outcome)) ports.log.info('addresses released', { attachment });
    else ports.log.error('a DEL of evio-ipam failed', { attachment, failure: outcome.left });
  };
  return { ...answer(outcome), after };
});

/** host-local's own words, of which runtimes know what they mean. */
const nothingHeld = (containerId: string): CniError => ({
  code: codes.internal,
  msg: `host-local: Failed to find address added by container ${containerId}`,
  details: 'it was never added here, or was released since; evioctl log shows its events',
});

/** Any address will do, as with host-local. What the log does not know host-local may have given: the files say so. */
const checkRoute = decoded(IpamAttachmentRequest, async ({ ports, host, turns }, body) => {
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const { network, containerId, requestId } = body;
  const isHeld = (): boolean => allocatedTo(host.state().networks, body) !== undefined;
  if (isHeld()) return answer(E.right(undefined));
  const { folder: path } = config.right;
  const settled = await inFolder(ports, turns, path, (folder) =>
    settleFolder(ports, host, folder, { network, folder: path }, requestId),
  );
  if (E.isLeft(settled)) return answer(settled);
  const inFiles = settled.right.left.some((one) => one.containerId === containerId);
  return isHeld() || inFiles ? answer(E.right(undefined)) : refused(nothingHeld(containerId));
});

/** Whether an ADD would get its addresses, as far as the log knows. */
const statusRoute = decoded(IpamStatusRequest, async ({ host }, body) => {
  const config = configOf(body);
  if (E.isLeft(config)) return refused(config.left);
  const state = host.state();
  const tooOld = tooOldReaders(state);
  const pool = state.networks.get(body.network) ?? emptyNetworkPool();
  const chosen = tooOld === undefined ? chooseFromPool(pool, config.right.ranges, []) : E.left(tooOld);
  return answer(
    E.mapLeft(
      (failure: Refusal): Refusal => ({
        type: 'not-ready',
        reasons: [toCniError(failure).msg],
        limited: false,
      }),
    )(chosen),
  );
});

const gcRoute = decoded(IpamGcRequest, async ({ ports, host, turns }, body) =>
  answer(await collectAddresses(ports, host, turns, body, folderOf(body.pool.ipam, body.network))),
);

/** What the plugin asks under the name `evio-ipam`, by path. Neither lease nor switch is needed for it. */
export const ipamRoutes: Readonly<Record<string, Route<Agent>>> = {
  'POST /v1/ipam/add': addRoute,
  'POST /v1/ipam/del': delRoute,
  'POST /v1/ipam/check': checkRoute,
  'POST /v1/ipam/status': statusRoute,
  'POST /v1/ipam/gc': gcRoute,
};
