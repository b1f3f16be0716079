import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, PodRoute } from '../../domain/port/kernel.ts';
import { AF_INET, AF_INET6, type IpBytes, ipBytes } from './ip-bytes.ts';
import { allLinks, findLink } from './link.ts';
import type { Home } from './netns.ts';
import { routes, routeToPod, withoutRouteToPod } from './route.ts';
import type { KernelRefused, Request, Rtnetlink } from './rtnetlink.ts';

type Found = { readonly pod: IpBytes; readonly index: number };

const found = (
  rtnetlink: Rtnetlink,
  family: IpBytes['family'],
): E.Either<KernelRefused, ReadonlyArray<Found>> => {
  const there = routes(rtnetlink, family);
  if (E.isLeft(there)) return there;
  return E.right(
    there.right.flatMap(({ ours, destination, prefixLength, index }) =>
      ours && destination !== undefined && prefixLength === destination.length * 8 && index !== undefined
        ? [{ pod: { family, bytes: destination }, index }]
        : [],
    ),
  );
};

/** A route to a pod as the kernel's thread tells it: the address in hexadecimal digits, 8 or 32 of them. */
export type RawPodRoute = { readonly hex: string; readonly device: string };

/** Routes to pods that `addPodRoutes` made, on whichever interface of the host they lie now. */
export const podRoutes = ({ rtnetlink }: Home): E.Either<KernelFailure, ReadonlyArray<RawPodRoute>> => {
  const [four, six] = [found(rtnetlink, AF_INET), found(rtnetlink, AF_INET6)];
  if (E.isLeft(four)) return four;
  if (E.isLeft(six)) return six;
  const all = [...four.right, ...six.right];
  if (all.length === 0) return E.right([]);
  const links = allLinks(rtnetlink);
  if (E.isLeft(links)) return links;
  const names = new Map(links.right.map(({ index, name }) => [index, name]));
  return E.right(
    all.map(({ pod, index }) => ({ hex: pod.bytes.toString('hex'), device: names.get(index) ?? '' })),
  );
};

const isAs =
  ({ bytes }: IpBytes, wanted: number): ((there: Found) => boolean) =>
  ({ pod, index }) =>
    index === wanted && pod.bytes.equals(bytes);

/** One route; where one of ours leads elsewhere it gives way, and somebody else's stays and is a refusal. */
const add = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
  pod: IpBytes,
): E.Either<KernelRefused, void> => {
  const request: Request = routeToPod(index, name, pod);
  const added = rtnetlink.change([request]);
  if (E.isRight(added) || added.left.errno !== 'EEXIST') return added;
  const there = found(rtnetlink, pod.family);
  if (E.isLeft(there)) return there;
  if (there.right.some(isAs(pod, index))) return E.right(undefined);
  rtnetlink.exchange([withoutRouteToPod(pod)]);
  return rtnetlink.change([request]);
};

/** The host reaches these addresses on these interfaces; routes that are there already stay. */
export const addPodRoutes = (
  { rtnetlink }: Home,
  wanted: ReadonlyArray<PodRoute>,
): E.Either<KernelFailure, void> => {
  for (const { address, device } of wanted) {
    const pod = ipBytes(address);
    if (E.isLeft(pod)) return pod;
    const link = findLink(rtnetlink, device);
    if (E.isLeft(link)) return link;
    if (link.right === undefined) return E.left({ type: 'link-missing', name: device });
    const added = add(rtnetlink, link.right.index, device, pod.right);
    if (E.isLeft(added)) return added;
  }
  return E.right(undefined);
};

/** No route of ours leads to these addresses any more. */
export const removePodRoutes = (
  { rtnetlink }: Home,
  addresses: ReadonlyArray<string>,
): E.Either<KernelFailure, void> => {
  const pods: IpBytes[] = [];
  for (const address of addresses) {
    const pod = ipBytes(address);
    if (E.isLeft(pod)) return pod;
    pods.push(pod.right);
  }
  const refusal = rtnetlink
    .exchange(pods.map(withoutRouteToPod))
    .find((one) => one !== undefined && one.errno !== 'ESRCH');
  return refusal === undefined ? E.right(undefined) : E.left(refusal);
};
