/** A port of the switch by its OpenFlow number; `local` is the bridge's own interface. */
export type OpenFlowPort = number | 'local';

/** As the switch would forward by itself, and to these ports too, which that leaves out. */
export type AsUsualAnd = readonly ['normal', ...ReadonlyArray<number>];

/**
 * What a frame must have, OpenFlow's basic fields by name (OpenFlow 1.3.5, section 7.2.3.7). Addresses are in their canonical
 * text, MACs in lower case. A field that is absent may be anything.
 */
export type Match = {
  readonly inPort?: OpenFlowPort;
  readonly ethDst?: string;
  readonly ethSrc?: string;
  readonly ethType?: number;
  /** Without a VLAN tag. */
  readonly untagged?: true;
  readonly ipProto?: number;
  readonly ipv4Src?: string;
  readonly ipv4Dst?: string;
  readonly udpSrc?: number;
  readonly udpDst?: number;
  readonly arpOp?: number;
  readonly arpSpa?: string;
  readonly arpTpa?: string;
  readonly arpSha?: string;
  readonly ipv6Src?: string;
  readonly icmpv6Type?: number;
  readonly ndTarget?: string;
  /** All zeros where the option is absent. */
  readonly ndSll?: string;
  readonly ndTll?: string;
};

/** One flow of the bridge's first table: frames that match go to `output`. */
export type Flow = {
  /** 16 hexadecimal digits: see `cookieOf`. */
  readonly cookie: string;
  readonly priority: number;
  readonly match: Match;
  readonly output: OpenFlowPort | 'drop' | AsUsualAnd;
};

/** A flow as the switch has it; without `flow` when it is of a kind that we do not write. */
export type FlowSeen = { readonly cookie: string; readonly flow?: Flow };

/** One difference between what the switch should have and what it has. */
export type FlowChange =
  | { readonly type: 'add'; readonly flow: Flow }
  /** Every flow with this cookie. */
  | { readonly type: 'remove'; readonly cookie: string };
