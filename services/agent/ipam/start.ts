import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';
import type { AgentConfiguration } from '../configuration.ts';
import type { AgentPorts, Host } from '../ports.ts';
import { namesOf, removeFiles } from './address-files.ts';
import { inFolder } from './in-folder.ts';
import { type Ipam, type Place, placeKey } from './ipam.ts';
import { settleFolder } from './settle-folder.ts';

type Boot = Pick<AgentConfiguration, 'bootId'>;

const allocations = (host: Host): ReadonlyArray<Allocated> =>
  [...host.state().networks.values()].flatMap(({ allocated }) => [...allocated.values()]);

const tell = ({ log }: AgentPorts, folder: string, done: E.Either<Refusal, unknown>): void => {
  if (E.isLeft(done))
    log.error('the files of evio-ipam could not be brought in line with the log', {
      folder,
      failure: done.left,
    });
};

/**
 * After a reboot nothing of what was given is alive. The files go before the log says so: whoever dies in between finds neither a
 * file nor a namespace, and no file that looks as if host-local had made it.
 */
export const removeRebooted = async (ipam: Ipam, { bootId }: Boot): Promise<void> => {
  const { ports, host } = ipam;
  const before = host.state().bootId;
  if (before === undefined || before === bootId) return;
  for (const [path, ones] of Map.groupBy(allocations(host), ({ folder }) => folder)) {
    const done = await inFolder(ipam, path, async (folder) => {
      for (const one of ones) {
        const removed = await removeFiles(folder, one, namesOf(one));
        if (E.isLeft(removed)) return removed;
      }
      return E.right(undefined);
    });
    tell(ports, path, done);
  }
};

/** Brings log and files together for every network that has addresses in use, before anybody is served. */
export const settleFolders = async (ipam: Ipam, runId: string): Promise<void> => {
  const { ports, host } = ipam;
  const places = new Map<string, Place>();
  for (const { network, folder } of allocations(host))
    places.set(placeKey({ network, folder }), { network, folder });
  for (const [key, place] of places) {
    const done = await inFolder(ipam, place.folder, (folder) =>
      settleFolder(ipam, folder, place, ports.ids.derive(runId, key), { restore: true }),
    );
    tell(ports, place.folder, done);
  }
};
