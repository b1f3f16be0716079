import { either as E } from 'fp-ts';
import type { IpamGcRequest } from '../../../domain/cni/ipam-request.ts';
import { type Refusal, toCniError } from '../../../domain/cni/refusal.ts';
import { attachmentKey, poolKey } from '../../../domain/host/attachment.ts';
import { inFolder } from './in-folder.ts';
import type { Ipam } from './ipam.ts';
import { releaseAddresses } from './release.ts';
import { settleFolder } from './settle-folder.ts';

/**
 * GC: releases what every attachment of this network holds that the runtime no longer lists, what host-local gave it among it. An
 * ADD that is under way is left alone. Goes on after a failure and says at the end what is left (CNI spec 1.1.0, GC).
 */
export const collectAddresses = async (
  ipam: Ipam,
  { network, validAttachments, requestId }: IpamGcRequest,
  path: string,
): Promise<E.Either<Refusal, undefined>> => {
  const { ports, host, turns } = ipam;
  const settled = await inFolder(ipam, path, (folder) =>
    settleFolder(ipam, folder, { network, folder: path }, requestId, { all: true }),
  );
  const valid = new Set(validAttachments.map((attachment) => attachmentKey({ network, ...attachment })));
  // In host-local's old format nobody knows of which interface a file is.
  const validContainers = new Set(validAttachments.map(({ containerId }) => containerId));
  const busy = new Set(turns.busy());
  const forgotten = [...(host.state().networks.get(network)?.allocated ?? [])].filter(
    ([key, one]) =>
      !valid.has(key) &&
      !(one.ifname === '' && validContainers.has(one.containerId)) &&
      !busy.has(poolKey(one)),
  );
  const left: { readonly attachment: string; readonly reason: string }[] = [];
  for (const [key, one] of forgotten) {
    const released = await turns.takeOver(poolKey(one), () =>
      releaseAddresses(ipam, one, path, 'collected', {
        actor: 'runtime',
        commandId: ports.ids.derive(requestId, `gc/${key}`),
        correlationId: requestId,
      }),
    );
    if (E.isLeft(released)) left.push({ attachment: key, reason: toCniError(released.left).msg });
  }
  if (left.length > 0) return E.left({ type: 'not-collected', left, of: forgotten.length });
  // What was given under another dataDir lies in another folder, and is released all the same.
  return E.isLeft(settled) ? settled : E.right(undefined);
};
