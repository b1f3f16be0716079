import * as t from 'io-ts';
import { RequestId } from '../identity/request-id.ts';
import { Integer } from '../integer.ts';
import { Trunk, Vlan } from '../vlan.ts';
import { Identifier, InterfaceName } from './name-codecs.ts';

/**
 * What the plugin asks of the agent: `POST /v1/{admit,add,del,check,status,gc}` with one of these as JSON. The plugin has
 * decoded environment and stdin; the agent answers 200 `{ "result": … }` or another status with `{ "error": CniError }`.
 *
 * These shapes, and those of the answers, are spoken between a plugin and an agent of different releases. One change is free: a new
 * key that may be absent and then means what was true before. Any other takes a new number, in two releases: the first serves it
 * beside the one before, and its plugin speaks the old one still; the second's plugin speaks it. So neighbouring releases
 * understand each other, whichever of the two is upgraded first, and nobody has to ask twice.
 */
export const protocol = 1;

/** What the agent serves: the present protocol, and the one before as long as a plugin may speak it. */
export const servedProtocols: ReadonlyArray<number> = [protocol];

/** The number of a protocol that is served. */
export const protocolAmong = (served: ReadonlyArray<number>) =>
  t.refinement(t.number, (asked) => served.includes(asked), 'Protocol');

/** What every question has. */
export const Envelope = t.type({
  protocol: protocolAmong(servedProtocols),
  /** One UUID per run of the plugin, however often it has to ask. */
  requestId: RequestId,
  /** 0, then one more each time the plugin asks again after the agent hung up. */
  attempt: Integer,
  /** The CNI network's name. */
  network: Identifier,
});

export type Envelope = t.TypeOf<typeof Envelope>;

const attachment = t.type({ containerId: Identifier, ifname: InterfaceName });

/** What Kubernetes says of the pod in CNI_ARGS. */
export const PodReference = t.strict({
  namespace: t.string,
  name: t.string,
  uid: t.union([t.string, t.undefined]),
});
export type PodReference = t.TypeOf<typeof PodReference>;

/** As a runtime writes `ipRanges`: a list for each address that a pod gets, of what it may be chosen from. */
const RangeSets = t.readonlyArray(
  t.readonlyArray(
    t.intersection([t.type({ subnet: t.string }), t.partial({ rangeStart: t.string, rangeEnd: t.string })]),
  ),
);
export type RangeSets = t.TypeOf<typeof RangeSets>;

export const AddRequest = t.intersection([
  Envelope,
  attachment,
  t.type({
    netns: t.string,
    /** Canonical addresses without prefix, from capability `ips`, `args.cni.ips` and CNI_ARGS `IP`, in that order. */
    requestedAddresses: t.readonlyArray(t.string),
  }),
  t.partial({
    pod: PodReference,
    bridge: t.string,
    mtu: Integer,
    mac: t.string,
    /**
     * The VLAN that its port is in. An agent that passed it by would put the pod elsewhere, so what names one is asked by paths that such
     * an agent does not know: `POST /v1/vlan/{admit,add,status}`.
     */
    vlan: Vlan,
    /** VLANs that it carries besides, tagged; by the same paths. */
    trunk: Trunk,
    ranges: RangeSets,
    /** What another IPAM plugin, of this name, gave to the pod: canonical addresses without prefix. */
    delegated: t.type({ plugin: t.string, addresses: t.readonlyArray(t.string) }),
    /** That plugin asks for them through the pod's own interface. */
    throughPod: t.literal(true),
  }),
]);
/**
 * `POST /v1/admit` with an ADD as it will be, but for the delegate's addresses, asks whether it would be refused; the answer's `routes`
 * lead to the node's gateways. With `throughPod` the interface is prepared, and stands in the answer's `interfaces`: it lets out what asks
 * for an address and nothing else, until the ADD of this `requestId` comes, or the DEL.
 */
export type AddRequest = t.TypeOf<typeof AddRequest>;

export const DelRequest = t.intersection([
  Envelope,
  attachment,
  t.partial({
    netns: t.string,
    /** Only what was prepared for the ADD of this `requestId`, which ends without it. */
    prepared: t.literal(true),
  }),
]);
export type DelRequest = t.TypeOf<typeof DelRequest>;

export const CheckRequest = t.intersection([
  Envelope,
  attachment,
  t.type({
    netns: t.string,
    /** The addresses (with prefix length) that the previous result gives to this interface. */
    expectedAddresses: t.readonlyArray(t.string),
  }),
  /** The MAC that it gives to it. */
  t.partial({ expectedMac: t.string }),
]);
export type CheckRequest = t.TypeOf<typeof CheckRequest>;

export const StatusRequest = t.intersection([
  Envelope,
  t.partial({
    /** The other IPAM plugin that gives the network's addresses; absent where they come from the agent. */
    delegated: t.type({ plugin: t.string }),
    /** As an ADD of this configuration would ask for them. */
    bridge: t.string,
    mtu: Integer,
    vlan: Vlan,
    trunk: Trunk,
  }),
]);
export type StatusRequest = t.TypeOf<typeof StatusRequest>;

/** What a runtime still uses may be named by another plugin's rules: it is compared with what is ours, and nothing else. */
export const ValidAttachments = t.readonlyArray(t.type({ containerId: t.string, ifname: t.string }));

export const GcRequest = t.intersection([Envelope, t.type({ validAttachments: ValidAttachments })]);
export type GcRequest = t.TypeOf<typeof GcRequest>;
