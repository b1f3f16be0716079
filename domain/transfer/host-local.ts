import { either as E } from 'fp-ts';
import { type Violation, violation } from '../cluster/violation.ts';
import { type IpAddress, parseAddress } from '../ip/address.ts';
import type { HostLocalFiles, NamedText } from '../port/host-local.ts';
import { cachedResults } from './cached-result.ts';
import type { FoundPod } from './import-request.ts';

/** Beside the addresses: host-local's lock, and where each range goes on. */
const bookkeeping = /^(lock|last_reserved_ip\..+)$/;

type Held = { readonly address: IpAddress; readonly containerId: string; readonly ifname: string };

const deleteOr = 'delete the file if no pod has this address';

/** One file per address; in it `containerId\r\nifname`. */
const readHeld = ({ name, text }: NamedText): E.Either<Violation, Held> => {
  const address = parseAddress(name);
  if (E.isLeft(address))
    return E.left(violation('file', name, 'is not named for an address', 'move it out of the folder'));
  const [containerId = '', ifname = '', ...more] = text.trim().split(/\s*\n/);
  if (containerId === '')
    return E.left(violation('file', name, 'is empty: host-local was interrupted', deleteOr));
  return ifname === '' || more.length > 0
    ? E.left(violation('file', name, 'does not hold a container id and an interface name', deleteOr))
    : E.right({ address: address.right, containerId, ifname });
};

/** What host-local's files and the runtime's cache say together: the pods, and everything that they leave open. */
export const podsOfHostLocal = (
  { held, cached }: HostLocalFiles,
  /** Its name there, and the name of ours that takes the pods over. */
  networks: { readonly source: string; readonly own: string },
): { readonly pods: ReadonlyArray<FoundPod>; readonly violations: ReadonlyArray<Violation> } => {
  const results = cachedResults(cached, networks.source);
  const pods = new Map<string, FoundPod>();
  const violations: Violation[] = [];
  for (const file of held) {
    if (bookkeeping.test(file.name)) continue;
    const read = readHeld(file);
    if (E.isLeft(read)) {
      violations.push(read.left);
      continue;
    }
    const { address, containerId, ifname } = read.right;
    const key = `${containerId}/${ifname}`;
    const known = pods.get(key);
    const result = results.get(key) ?? E.left('the runtime has no cached result of it');
    if (known !== undefined) {
      pods.set(key, { ...known, addresses: [...known.addresses, address] });
    } else if (E.isLeft(result)) {
      const complaint = `belongs to ${key}: ${result.left}`;
      const remedy = `${deleteOr}; else name the runtime's cache with --cache-dir, or start the pod anew`;
      violations.push(violation('address', address, complaint, remedy));
    } else {
      const attachment = { network: networks.own, containerId, ifname };
      pods.set(key, { ...attachment, ...result.right, addresses: [address] });
    }
  }
  return { pods: [...pods.values()], violations };
};
