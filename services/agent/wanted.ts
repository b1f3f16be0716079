import { either as E } from 'fp-ts';
import { readRanges } from '../../domain/cni/ip-ranges.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import type { RequestRefusal } from '../../domain/cni/request-refusal.ts';
import type { AddPod } from '../../domain/host/command.ts';
import { type IpAddress, type NotAnAddress, parseAddress } from '../../domain/ip/address.ts';
import { parseMac } from '../../domain/kernel/parse-mac.ts';

/** What a pod is to have, where its runtime leaves us no choice. */
export type Wanted = Pick<AddPod, 'requestedAddresses' | 'requestedMac' | 'ranges' | 'delegated'>;

const addressesIn = (texts: ReadonlyArray<string>): E.Either<NotAnAddress, ReadonlyArray<IpAddress>> => {
  const addresses: IpAddress[] = [];
  for (const text of texts) {
    const address = parseAddress(text);
    if (E.isLeft(address)) return address;
    addresses.push(address.right);
  }
  return E.right(addresses);
};

/** Reads the texts of an ADD's wishes; whether they can be met is the host's decision. */
export const wantedOf = (request: AddRequest): E.Either<RequestRefusal, Wanted> => {
  const requestedAddresses = addressesIn(request.requestedAddresses);
  if (E.isLeft(requestedAddresses)) return requestedAddresses;
  const ranges = readRanges(request.ranges ?? []);
  if (E.isLeft(ranges)) return ranges;
  const delegated = addressesIn(request.delegated?.addresses ?? []);
  if (E.isLeft(delegated))
    return E.left({
      type: 'delegated-not-an-address',
      plugin: request.delegated?.plugin ?? '',
      text: delegated.left.text,
    });
  const requestedMac = request.mac === undefined ? undefined : parseMac(request.mac);
  if (request.mac !== undefined && requestedMac === undefined)
    return E.left({ type: 'not-a-mac', text: request.mac });
  return E.right({
    requestedAddresses: requestedAddresses.right,
    requestedMac,
    ...(ranges.right.length === 0 ? {} : { ranges: ranges.right }),
    ...(request.delegated === undefined
      ? {}
      : { delegated: { plugin: request.delegated.plugin, addresses: delegated.right } }),
  });
};
