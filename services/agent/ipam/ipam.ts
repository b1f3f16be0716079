import type { Either } from 'fp-ts/lib/Either.js';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { AttachmentId } from '../../../domain/host/attachment.ts';
import type { ReleaseReason } from '../../../domain/host/ipam/events.ts';
import type { Cause } from '../../seal-events.ts';
import type { AgentPorts, Host } from '../ports.ts';
import type { Turns } from '../turns.ts';

/** A network and the folder of its files. */
export type Place = { readonly network: string; readonly folder: string };

/** A release that waits for its folder, and who waits for it. */
export type Release = {
  readonly attachment: AttachmentId;
  readonly reason: ReleaseReason;
  readonly cause: Cause;
  readonly resolve: (outcome: Either<Refusal, string | undefined>) => void;
  readonly reject: (error: unknown) => void;
};

/** evio-ipam of one agent's life: what all of its calls share. */
export type Ipam = {
  readonly ports: AgentPorts;
  readonly host: Host;
  /** Of attachments, by `poolKey`, and of folders. */
  readonly turns: Turns;
  /** By place what was gone at the last look, and which ADD it is of: by `attachmentKey` the `requestId`. */
  readonly gone: Map<string, ReadonlyMap<string, string>>;
  /** By place the releases that will go together. */
  readonly releasing: Map<string, Release[]>;
};

/** Where both are part of a key. */
export const placeKey = ({ network, folder }: Place): string => `${network} ${folder}`;

export const makeIpam = (ports: AgentPorts, host: Host, turns: Turns): Ipam => ({
  ...{ ports, host, turns },
  gone: new Map(),
  releasing: new Map(),
});
