import type { AttachmentId } from '../host/attachment.ts';

/** `reason` in the words of its own refusal. */
type Uncollected = { readonly attachment: string; readonly reason: string };

/** What the agent itself refuses, before or beside what the machine says. */
export type RequestRefusal =
  /** The configuration names another bridge than the agent's, or frames larger than it carries. */
  | { readonly type: 'wrong-bridge'; readonly asked: string; readonly bridge: string }
  | { readonly type: 'wrong-mtu'; readonly asked: number; readonly atLeast: number; readonly atMost: number }
  /** The name of the VLAN's gateway, too long for an interface. */
  | { readonly type: 'vlan-unnameable'; readonly vlan: number; readonly name: string }
  /** With anti-spoofing on. */
  | { readonly type: 'trunk-guarded'; readonly trunk: string }
  | { readonly type: 'not-an-address'; readonly text: string }
  | { readonly type: 'delegated-not-an-address'; readonly plugin: string; readonly text: string }
  | { readonly type: 'not-a-mac'; readonly text: string }
  /** One of the ranges, or a set of them, as JSON. */
  | { readonly type: 'wrong-ranges'; readonly ranges: string; readonly expected: string }
  /** The ADD gave up because its DEL came, or because nobody waits for its answer any more. */
  | { readonly type: 'given-up' }
  /** Its interface is prepared for another run of the plugin; or for this one, and is gone. */
  | { readonly type: 'being-prepared'; readonly attachment: AttachmentId }
  | { readonly type: 'preparation-lost'; readonly attachment: AttachmentId }
  /** Live links of ours that the log does not know. */
  | { readonly type: 'unadopted-links'; readonly links: ReadonlyArray<string> }
  /** Something that all pods of the node need is not there. */
  | { readonly type: 'halted'; readonly reason: string }
  /** Nobody knows whether a DEL of this attachment waits: what is added now might be taken for what it means. */
  | { readonly type: 'queue-unreadable'; readonly path: string; readonly reason: string }
  /** Another process holds the lock on a network's files. */
  | { readonly type: 'folder-busy'; readonly path: string }
  /** A network's files cannot be read or written. */
  | { readonly type: 'folder-failed'; readonly path: string; readonly reason: string }
  /** `limited`: pods that exist may be cut off as well. `fenced`: the first of the reasons is why the lease is fenced. */
  | {
      readonly type: 'not-ready';
      readonly reasons: ReadonlyArray<string>;
      readonly limited: boolean;
      readonly fenced?: boolean;
    }
  /** Of so many that the runtime forgot, these are still there. */
  | { readonly type: 'not-collected'; readonly left: ReadonlyArray<Uncollected>; readonly of: number }
  /** A plugin and an agent that are more than one release apart. */
  | { readonly type: 'unknown-protocol'; readonly asked: number; readonly served: ReadonlyArray<number> }
  /** A request that is not of its protocol's shape. */
  | { readonly type: 'wrong-protocol'; readonly keys: ReadonlyArray<string>; readonly protocol: number }
  | { readonly type: 'differs'; readonly differences: ReadonlyArray<string> };
