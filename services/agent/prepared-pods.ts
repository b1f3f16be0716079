import type { AttachmentId } from '../../domain/host/attachment.ts';
import type { Netns } from '../../domain/host/events.ts';
import type { PreparedPort } from '../../domain/ovs/prepared-flows.ts';

/** An interface that was made in the first of an ADD's two turns, for its address to be asked for through it. */
export type Prepared = AttachmentId &
  PreparedPort & {
    readonly netns: Netns;
    /** The run of the plugin that it was made for. */
    readonly requestId: string;
    /** On the clock of this process, which alone knows of it. */
    readonly sinceMs: number;
  };

/** Those that wait for their second turn, by `attachmentKey`. No event tells of them, for none has an address. */
export type PreparedPods = Map<string, Prepared>;
