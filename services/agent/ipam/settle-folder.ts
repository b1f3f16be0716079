import { either as E } from 'fp-ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { FoundFiles } from '../../../domain/host/ipam/choose.ts';
import type { FoundHolder } from '../../../domain/host/ipam/command.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import type { Ipam, Place } from './ipam.ts';
import { look } from './look.ts';
import { type SettleOptions, settleMissing } from './settle-missing.ts';

/** Who holds what by files that named nobody whom the log knew: taken over, or in nobody's way but that of its addresses. */
export type Settled = FoundFiles & { readonly left: ReadonlyArray<FoundHolder> };

/**
 * Brings log and files together, for host-local may have been used before us or meanwhile: what it gave is taken over into the log,
 * what it released is released there at the second look, and nobody gets an address that has a file of which the log knows nobody. `restore` writes
 * files again that are missing while their namespace is there: at the start, for an ADD may have been cut short by our death.
 */
export const settleFolder = async (
  ipam: Ipam,
  folder: AddressFolder,
  place: Place,
  requestId: string,
  options: SettleOptions = {},
): Promise<E.Either<Refusal, Settled>> => {
  const { ports, host } = ipam;
  const { network, folder: path } = place;
  const lookAt = (all: boolean | undefined) => look(folder, path, host.state().networks.get(network), all);
  const first = await lookAt(options.all);
  if (E.isLeft(first)) return first;
  // Whose file is new to us may have been given another's too, for the other family: it is taken over whole.
  const seen = first.right.holders.length > 0 && options.all !== true ? await lookAt(true) : first;
  if (E.isLeft(seen)) return seen;
  const { holders, unreadable, missing, last } = seen.right;
  const settled = await settleMissing(ipam, folder, place, missing, requestId, options);
  if (E.isLeft(settled)) return settled;
  if (holders.length > 0) {
    // Asked again after a failure it may find others: that is another takeover.
    const found = holders.map(({ containerId, ifname, addresses }) => ({ containerId, ifname, addresses }));
    const takingOver = ports.ids.derive(requestId, `take over ${canonicalJson(found)}`);
    const takenOver = await host.transact(
      { type: 'take-over-addresses', network, folder: path, holders, requestId: takingOver },
      { actor: 'agent', commandId: takingOver, correlationId: requestId },
    )();
    // Older programs read this log: what cannot be recorded is left in the files, and in nobody's hands.
    if (E.isLeft(takenOver) && takenOver.left.type !== 'readers-too-old') return takenOver;
    if (E.isRight(takenOver) && takenOver.right.length > 0)
      ports.log.info('taken over from the files of host-local', {
        folder: path,
        holders: takenOver.right.length,
      });
  }
  return E.right({
    last,
    left: holders,
    taken: new Set([...unreadable, ...holders.flatMap(({ addresses }) => addresses)]),
  });
};
