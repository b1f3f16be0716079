import * as E from 'fp-ts/lib/Either.js';
import { AF_INET, type IpBytes } from './ip-bytes.ts';
import { attribute, decodeAttributes, nestedAttribute, u32Attribute, u32Of } from './netlink-message.ts';
import {
  type KernelRefused,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  type Request,
  type Rtnetlink,
} from './rtnetlink.ts';

const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
export const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTAX_MTU = 2;
const MAIN_TABLE = 254;
const RTPROT_KERNEL = 2;
const RTPROT_STATIC = 4;
/** Ours: any number above the kernel's own, unlike those that routing daemons are known to use (iproute2, rt_protos). */
const RTPROT_OURS = 101;
/** IP6_RT_PRIO_ADDRCONF (linux/ipv6_route.h). */
const CONNECTED_METRIC = 256;
const RTN_UNICAST = 1;
const SCOPE_UNIVERSE = 0;
const SCOPE_LINK = 253;

/** A unicast route of the main table, as far as this adapter asks for it. */
type Route = {
  readonly prefixLength: number;
  readonly destination: Buffer | undefined;
  readonly gateway: Buffer | undefined;
  readonly index: number | undefined;
  /** Whether `routeToPod` made it. */
  readonly ours: boolean;
};

/** `struct rtmsg`. */
const rtmsg = (family: number, prefixLength: number, scope: number): Buffer =>
  Buffer.from([family, prefixLength, 0, 0, MAIN_TABLE, RTPROT_STATIC, scope, RTN_UNICAST, 0, 0, 0, 0]);

const toPod = (index: number | undefined, { family, bytes }: IpBytes): Buffer => {
  const header = rtmsg(family, bytes.length * 8, SCOPE_LINK);
  header.writeUInt8(RTPROT_OURS, 5);
  return Buffer.concat([
    header,
    attribute(RTA_DST, bytes),
    ...(index === undefined ? [] : [u32Attribute(RTA_OIF, index)]),
  ]);
};

/** The pod is reached directly on the interface. EEXIST when a route to it is there, whoever's. */
export const routeToPod = (index: number, name: string, pod: IpBytes): Request => ({
  operation: `add the route to a pod through ${name}`,
  type: RTM_NEWROUTE,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  body: toPod(index, pod),
});

/** Takes it away, whichever interface it leads through; ESRCH when there is none of ours. */
export const withoutRouteToPod = (pod: IpBytes): Request => ({
  operation: 'take the route to a pod away',
  type: RTM_DELROUTE,
  flags: 0,
  body: toPod(undefined, pod),
});

/** The gateway is reached directly on the interface, though no subnet lies there. */
export const routeToGateway = (index: number, name: string, gateway: IpBytes): Request => ({
  operation: `add the route to the gateway through ${name}`,
  type: RTM_NEWROUTE,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  body: Buffer.concat([
    rtmsg(gateway.family, gateway.bytes.length * 8, SCOPE_LINK),
    attribute(RTA_DST, gateway.bytes),
    u32Attribute(RTA_OIF, index),
  ]),
});

/**
 * The route that the kernel adds with an address of an interface (RTPROT_KERNEL; IPv6: metric 256), for where somebody took it
 * away. EEXIST when it, or another of its metric, is there.
 */
export const connectedRoute = (
  index: number,
  name: string,
  { ip, prefixLength }: { readonly ip: IpBytes; readonly prefixLength: number },
): Request => {
  const is4 = ip.family === AF_INET;
  const header = rtmsg(ip.family, prefixLength, is4 ? SCOPE_LINK : SCOPE_UNIVERSE);
  header.writeUInt8(RTPROT_KERNEL, 5);
  return {
    operation: `add the route to the subnet of ${name}`,
    type: RTM_NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: Buffer.concat([
      header,
      attribute(RTA_DST, networkOf(ip.bytes, prefixLength)),
      u32Attribute(RTA_OIF, index),
      is4 ? attribute(RTA_PREFSRC, ip.bytes) : u32Attribute(RTA_PRIORITY, CONNECTED_METRIC),
    ]),
  };
};

/** The address with the bits behind its prefix cleared. */
export const networkOf = (bytes: Buffer, prefixLength: number): Buffer =>
  Buffer.from(bytes.map((byte, at) => byte & (0xff00 >> Math.max(0, Math.min(8, prefixLength - at * 8)))));

/** Refused when the namespace has a default route already. */
export const defaultRoute = (index: number, name: string, gateway: IpBytes, mtu: number): Request => ({
  operation: `add the default route through ${name}`,
  type: RTM_NEWROUTE,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  body: Buffer.concat([
    rtmsg(gateway.family, 0, SCOPE_UNIVERSE),
    attribute(RTA_GATEWAY, gateway.bytes),
    u32Attribute(RTA_OIF, index),
    nestedAttribute(RTA_METRICS, u32Attribute(RTAX_MTU, mtu)),
  ]),
});

/** The main table's unicast routes of one family in the socket's namespace. */
export const routes = (
  rtnetlink: Rtnetlink,
  family: IpBytes['family'],
): E.Either<KernelRefused, ReadonlyArray<Route>> => {
  const answer = rtnetlink.ask({
    operation: 'list the routes',
    type: RTM_GETROUTE,
    flags: NLM_F_DUMP,
    body: rtmsg(family, 0, SCOPE_UNIVERSE),
  });
  if (E.isLeft(answer)) return answer;
  const found = answer.right
    .filter(({ body }) => body.readUInt8(4) === MAIN_TABLE && body.readUInt8(7) === RTN_UNICAST)
    .map(({ body }): Route => {
      const attributes = decodeAttributes(body.subarray(12));
      return {
        prefixLength: body.readUInt8(1),
        destination: attributes.get(RTA_DST),
        gateway: attributes.get(RTA_GATEWAY),
        index: u32Of(attributes, RTA_OIF),
        ours: body.readUInt8(5) === RTPROT_OURS,
      };
    });
  return E.right(found);
};

/** Whether this is the route that `routeToGateway` adds. */
export const isRouteToGateway = (route: Route, index: number, gateway: IpBytes): boolean =>
  route.index === index &&
  route.prefixLength === gateway.bytes.length * 8 &&
  route.destination?.equals(gateway.bytes) === true;

/** Whether this is the route that `defaultRoute` adds, whatever its metrics. */
export const isDefaultRoute = (route: Route, index: number, gateway: IpBytes): boolean =>
  route.index === index && route.prefixLength === 0 && route.gateway?.equals(gateway.bytes) === true;
