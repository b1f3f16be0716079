import { cookieOf, sharedCookie } from './cookie.ts';
import { broadcastMac, dhcpReply, dhcpRequest } from './dhcp-messages.ts';
import type { Flow, FlowChange } from './flow.ts';
import { priorities } from './pod-flows.ts';

/** A pod whose interface is there before its address is known. */
export type PreparedPort = {
  readonly hostIfname: string;
  readonly mac: string;
  /** `undefined` until the switch has its port. */
  readonly ofport: number | undefined;
};

type Numbered = PreparedPort & { readonly ofport: number };

const numbered = (prepared: Iterable<PreparedPort>): ReadonlyArray<Numbered> =>
  [...prepared].flatMap(({ ofport, ...rest }) => (ofport === undefined ? [] : [{ ...rest, ofport }]));

/** From its own MAC, untagged, to the host: a question for an address. From the host to its MAC: the answer. All the rest is dropped. */
const ownFlows = ({ hostIfname, mac, ofport }: Numbered): ReadonlyArray<Flow> => {
  const cookie = cookieOf(hostIfname);
  if (cookie === undefined) return [];
  const fromPod = { inPort: ofport } as const;
  return [
    { cookie, priority: priorities.rest, match: fromPod, output: 'drop' },
    {
      cookie,
      priority: priorities.own,
      match: { ...fromPod, ethSrc: mac, untagged: true, ...dhcpRequest },
      output: 'local',
    },
    {
      cookie,
      priority: priorities.rest,
      match: { inPort: 'local', ethDst: mac, ...dhcpReply },
      output: ofport,
    },
  ];
};

/**
 * What the host broadcasts to DHCP clients goes to all that ask now: whose it is stands inside of the message. A switch has one flow of
 * a match, so this one names all their ports; where it would go without, it goes too.
 */
const broadcastFlows = (ports: ReadonlyArray<Numbered>): ReadonlyArray<Flow> =>
  ports.length === 0
    ? []
    : [
        {
          cookie: sharedCookie,
          priority: priorities.rest,
          match: { inPort: 'local', ethDst: broadcastMac, ...dhcpReply },
          output: ['normal', ...ports.map(({ ofport }) => ofport).sort((one, other) => one - other)],
        },
      ];

/** The flows of all pods that are prepared. */
export const preparedFlows = (prepared: Iterable<PreparedPort>): ReadonlyArray<Flow> => {
  const ports = numbered(prepared);
  return [...ports.flatMap(ownFlows), ...broadcastFlows(ports)];
};

/** What makes the one that they share theirs, when one came or went. */
export const broadcastChange = (prepared: Iterable<PreparedPort>): FlowChange => {
  const [flow] = broadcastFlows(numbered(prepared));
  return flow === undefined ? { type: 'remove', cookie: sharedCookie } : { type: 'add', flow };
};
