import { either as E } from 'fp-ts';
import { type IpAddress, parseAddress } from '../../ip/address.ts';
import type { AttachmentId } from '../attachment.ts';

/*
 * The files of host-local, one for each address that is held, named for it: `CONTAINER-ID\r\nIFNAME`, or in its old format the
 * container id alone. Beside them, for each set of ranges, the address that was reserved last.
 */

type Holder = Pick<AttachmentId, 'containerId' | 'ifname'>;

export const holderText = ({ containerId, ifname }: Holder): string =>
  ifname === '' ? containerId : `${containerId}\r\n${ifname}`;

/** `undefined` for what host-local never wrote, an empty file among it. */
export const readHolder = (text: string): Holder | undefined => {
  const [containerId = '', ifname = '', ...more] = text.trim().split('\r\n');
  const isName = (name: string): boolean => /^[^\s/]+$/.test(name);
  return more.length > 0 || !isName(containerId) || (ifname !== '' && !isName(ifname))
    ? undefined
    : { containerId, ifname };
};

/** Whether host-local would take the file for this attachment's. */
export const isHeldBy = (text: string, holder: Holder): boolean => text.trim() === holderText(holder);

/** The address that a file is named for. */
export const addressNamed = (name: string): IpAddress | undefined => {
  const address = parseAddress(name);
  return E.isRight(address) && address.right === name ? address.right : undefined;
};

export const lastReservedName = (set: number): string => `last_reserved_ip.${set}`;

export const readLastReserved = (text: string): IpAddress | undefined => {
  const address = parseAddress(text.trim());
  return E.isRight(address) ? address.right : undefined;
};
