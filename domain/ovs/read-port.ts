import { either as E } from 'fp-ts';
import type { AttachmentId } from '../host/attachment.ts';
import type { Netns } from '../host/events.ts';
import { type IpAddress, parseAddress } from '../ip/address.ts';
import { parseMac } from '../kernel/parse-mac.ts';
import type { PortSeen } from '../port/switch.ts';
import { type Trunk, Vlan } from '../vlan.ts';
import { parseTrunk } from './parse-trunk.ts';

/** What a port's marks say of its pod; the other side of `podPort`. */
export type PortMarks = AttachmentId & {
  readonly netns: Netns;
  readonly addresses: ReadonlyArray<IpAddress>;
  readonly mac: string;
  readonly vlan?: Vlan;
  readonly trunk?: Trunk;
};

/** A mark that is missing (an empty `value`) or is not as we write it. */
export type UnreadableMark = {
  readonly type: 'unreadable-mark';
  readonly mark: string;
  readonly value: string;
};

type Marks = Pick<PortSeen, 'externalIds'>;

const unreadable = (mark: string, value: string): E.Either<UnreadableMark, never> =>
  E.left({ type: 'unreadable-mark', mark, value });

type IdentityMarks = Pick<PortMarks, 'addresses' | 'mac' | 'vlan' | 'trunk'>;

const readVlan = (text: string): Vlan | undefined => {
  const number = Number(text);
  return Vlan.is(number) && String(number) === text ? number : undefined;
};

/** The MAC and addresses that the pod is known by on the wire, and its VLANs. */
export const readIdentityMarks = ({
  externalIds: { addresses = '', mac = '', vlan, trunk },
}: Marks): E.Either<UnreadableMark, IdentityMarks> => {
  const parsed = addresses.split(' ').flatMap((text) => {
    const address = parseAddress(text);
    return E.isRight(address) && address.right === text ? [address.right] : [];
  });
  if (parsed.length < addresses.split(' ').length) return unreadable('addresses', addresses);
  if (parseMac(mac) !== mac) return unreadable('mac', mac);
  const own = vlan === undefined ? {} : { vlan: readVlan(vlan) };
  const carried = trunk === undefined ? {} : { trunk: parseTrunk(trunk) };
  if ('vlan' in own && own.vlan === undefined) return unreadable('vlan', vlan ?? '');
  if ('trunk' in carried && carried.trunk === undefined) return unreadable('trunk', trunk ?? '');
  return E.right({ addresses: parsed, mac, ...own, ...carried } as IdentityMarks);
};

/** Whose port it is, as its marks say; '' for what they do not say. */
export const markedAttachment = ({ externalIds }: Marks): AttachmentId => {
  const { network = '', 'container-id': containerId = '', ifname = '' } = externalIds;
  return { network, containerId, ifname };
};

/** All that the marks say; the first that cannot be read, where one cannot. */
export const readPortMarks = (port: Marks): E.Either<UnreadableMark, PortMarks> => {
  const { network, containerId, ifname } = markedAttachment(port);
  const { netns: path, 'netns-id': netnsId = '' } = port.externalIds;
  if (!network) return unreadable('network', '');
  if (!containerId) return unreadable('container-id', '');
  if (!ifname) return unreadable('ifname', '');
  if (!path) return unreadable('netns', '');
  const [, device, inode] = /^(\d{1,15}):(\d{1,15})$/.exec(netnsId) ?? [];
  if (device === undefined || inode === undefined) return unreadable('netns-id', netnsId);
  return E.map((identity: IdentityMarks) => ({
    network,
    containerId,
    ifname,
    netns: { path, device: Number(device), inode: Number(inode) },
    ...identity,
  }))(readIdentityMarks(port));
};
