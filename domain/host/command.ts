import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import type { AttachmentId } from './attachment.ts';
import type { DeletionReason, Netns, Pod } from './events.ts';
import type { Lease } from './state.ts';

export type AddPod = AttachmentId & {
  readonly type: 'add-pod';
  readonly netns: Netns;
  readonly pod?: Pod | undefined;
  /** To be honoured or refused; at most one per family. */
  readonly requestedAddresses: ReadonlyArray<IpAddress>;
  readonly mtu: number;
  readonly requestId: string;
  readonly commandId: string;
  readonly hostIfname: string;
};

export type HostCommand =
  /** The agent begins to serve in this boot of the machine. */
  | { readonly type: 'start'; readonly bootId: string }
  | { readonly type: 'request-join'; readonly node: NodeName; readonly publicKey: string }
  | ({ readonly type: 'observe-lease'; readonly clusterRevision: number } & Lease)
  | { readonly type: 'observe-fence'; readonly reason: string; readonly clusterRevision: number }
  | { readonly type: 'request-leave' }
  | AddPod
  | ({ readonly type: 'wire-pod' } & AttachmentId)
  | ({ readonly type: 'delete-pod'; readonly reason: DeletionReason } & AttachmentId);
