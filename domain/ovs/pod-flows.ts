import { asksThroughPod } from '../host/asks-through-pod.ts';
import { type Choice, delegateOf } from '../host/choice.ts';
import { family, type IpAddress } from '../ip/address.ts';
import { linkLocalOf } from '../kernel/link-local.ts';
import { cookieOf } from './cookie.ts';
import { dhcpRequest } from './dhcp-messages.ts';
import type { Flow, Match, OpenFlowPort } from './flow.ts';

/** RFC 9542, appendix B: the EtherTypes that pods may send. */
const ethTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
const protocols = { udp: 17, icmpv6: 58 } as const;
const arpRequest = 1;
/** RFC 4861, section 4. */
const icmpv6 = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  solicitation: 135,
  advertisement: 136,
  redirect: 137,
} as const;
/** What only servers send to: a DHCP offer reaches its client there (RFC 2131, section 4.1; RFC 8415, section 7.2). */
const dhcpClientPorts = { v4: 68, v6: 546 } as const;
/** How OpenFlow reads a neighbour message without a link-layer option. */
const noLinkLayer = '00:00:00:00:00:00';

/** From the strongest: a rule about a kind of message stands before the one that allows a pod's own addresses. */
export const priorities = {
  ownNeighbourMessage: 65_300,
  forbidden: 65_200,
  own: 65_100,
  rest: 65_000,
} as const;

const ownPriorities: ReadonlySet<number> = new Set(Object.values(priorities));

/** Whether flows of pods may have this priority. */
export const isOwnPriority = (priority: number): boolean => ownPriorities.has(priority);

type Rule = { readonly priority: number; readonly match: Match; readonly allow: boolean };

const allow = (match: Match, priority: number = priorities.own): Rule => ({ priority, match, allow: true });
const forbid = (match: Match): Rule => ({ priority: priorities.forbidden, match, allow: false });

/** From this MAC: ARP about the address and packets from it. A probe asks before the address is used (RFC 5227, section 2.1.1). */
const rulesFor4 = (mac: string, address: IpAddress): ReadonlyArray<Rule> => {
  const arp = { ethType: ethTypes.arp, arpSha: mac };
  return [
    allow({ ...arp, arpSpa: address }),
    allow({ ...arp, arpOp: arpRequest, arpSpa: '0.0.0.0', arpTpa: address }),
    allow({ ethType: ethTypes.ipv4, ipv4Src: address }),
  ];
};

/**
 * The same for IPv6: packets from the address, solicitations that ask from it, advertisements of it. A solicitation from `::`
 * looks for duplicates before the address is used (RFC 4862, section 5.4.2).
 */
const rulesFor6 = (mac: string, address: IpAddress): ReadonlyArray<Rule> => {
  const from = { ethType: ethTypes.ipv6, ipv6Src: address };
  const neighbour = { ...from, ipProto: protocols.icmpv6 };
  const own = (match: Match): Rule => allow(match, priorities.ownNeighbourMessage);
  return [
    allow(from),
    own({
      ...neighbour,
      ipv6Src: '::',
      icmpv6Type: icmpv6.solicitation,
      ndTarget: address,
      ndSll: noLinkLayer,
    }),
    ...[mac, noLinkLayer].flatMap((linkLayer) => [
      own({ ...neighbour, icmpv6Type: icmpv6.solicitation, ndSll: linkLayer }),
      own({ ...neighbour, icmpv6Type: icmpv6.advertisement, ndTarget: address, ndTll: linkLayer }),
    ]),
  ];
};

const forbidden4: ReadonlyArray<Rule> = [
  forbid({ ethType: ethTypes.ipv4, ipProto: protocols.udp, udpDst: dhcpClientPorts.v4 }),
];
const forbidden6: ReadonlyArray<Rule> = [
  forbid({ ethType: ethTypes.ipv6, ipProto: protocols.udp, udpDst: dhcpClientPorts.v6 }),
  // Of a fragment OpenFlow sees no type; the host takes no neighbour message out of fragments (RFC 6980, section 5).
  ...Object.values(icmpv6).map((icmpv6Type) =>
    forbid({ ethType: ethTypes.ipv6, ipProto: protocols.icmpv6, icmpv6Type }),
  ),
];

/** What the host sends to all and only this pod needs: the question who has its address. */
const questions = (address: IpAddress): Match =>
  family(address) === 4
    ? { ethType: ethTypes.arp, arpTpa: address }
    : {
        ethType: ethTypes.ipv6,
        ipProto: protocols.icmpv6,
        icmpv6Type: icmpv6.solicitation,
        ndTarget: address,
      };

/** What an attachment is known by on the wire, and its link. */
export type Identity = {
  readonly hostIfname: string;
  readonly mac: string;
  /** `choice`: absent where only the port's own marks are known. */
  readonly addresses: ReadonlyArray<{ readonly address: IpAddress; readonly choice?: Choice }>;
};

/** Whether its address was asked for through its own interface, so that it is asked for again from there. */
export const mayAskAnew = ({ addresses }: Pick<Identity, 'addresses'>): boolean => {
  const delegate = delegateOf({ addresses: addresses.flatMap(({ choice }) => (choice ? [{ choice }] : [])) });
  return delegate !== undefined && asksThroughPod(delegate);
};

/**
 * The flows of an attachment whose port has this number, and behind whose gateway the host is: the bridge's own interface, or its
 * VLAN's. From the pod, what bears its own MAC and addresses goes there, untagged and nowhere else, and all the rest is dropped; to it goes what the host sends to its MAC, or asks about its
 * addresses. With an IPv6 address it has a link-local one too, and where its address was asked for through it, it may ask again. What is forbidden comes first: the switch takes one flow after the
 * other, and a frame may pass in between.
 */
export const podFlows = (
  attachment: Identity,
  ofport: number,
  gateway: OpenFlowPort = 'local',
): ReadonlyArray<Flow> => {
  const { mac, hostIfname } = attachment;
  const cookie = cookieOf(hostIfname);
  if (cookie === undefined) return [];
  const given = attachment.addresses.map(({ address }) => address);
  const hasIpv6 = given.some((address) => family(address) === 6);
  const addresses = hasIpv6 ? [...given, linkLocalOf(mac)] : given;

  const rules = [
    ...(given.some((address) => family(address) === 4) ? forbidden4 : []),
    ...(hasIpv6 ? forbidden6 : []),
    ...addresses.flatMap((address) => (family(address) === 4 ? rulesFor4 : rulesFor6)(mac, address)),
    ...(mayAskAnew(attachment) ? [allow(dhcpRequest)] : []),
  ];
  const flow = (priority: number, match: Match, output: Flow['output']): Flow => ({
    cookie,
    priority,
    match,
    output,
  });
  const fromPod = { inPort: ofport } as const;
  const fromHost = { inPort: gateway } as const;
  return [
    flow(priorities.rest, fromPod, 'drop'),
    ...rules.map((rule) =>
      rule.allow
        ? flow(rule.priority, { ...fromPod, ethSrc: mac, untagged: true, ...rule.match }, gateway)
        : flow(rule.priority, { ...fromPod, ...rule.match }, 'drop'),
    ),
    flow(priorities.rest, { ...fromHost, ethDst: mac }, ofport),
    ...addresses.map((address) => flow(priorities.rest, { ...fromHost, ...questions(address) }, ofport)),
  ];
};
