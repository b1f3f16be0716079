import type { HostState } from '../host/state.ts';
import { isOurConflist } from './conflist.ts';

/** What is to become of the configuration that the runtime reads. */
export type ConflistChange =
  | { readonly type: 'publish'; readonly text: string }
  | { readonly type: 'withdraw' }
  /** It should go, and is not ours. */
  | { readonly type: 'leave-foreign' };

/** The texts of both files; `undefined` where there is none. */
export type ConflistFiles = { readonly staged: string | undefined; readonly published: string | undefined };

/**
 * A node that serves publishes what evio-config-gen staged; one that leaves withdraws it, so that no new pod starts there. In between
 * (no lease, a fence) it stays as it is: a restart of the agent never withdraws it.
 */
export const conflistChange = (
  { lease, fence, leaveRequested }: Pick<HostState, 'lease' | 'fence' | 'leaveRequested'>,
  { staged, published }: ConflistFiles,
): ConflistChange | undefined => {
  if (leaveRequested) {
    if (published === undefined) return undefined;
    return isOurConflist(published) ? { type: 'withdraw' } : { type: 'leave-foreign' };
  }
  if (lease === undefined || fence !== undefined || staged === undefined || staged === published)
    return undefined;
  return { type: 'publish', text: staged };
};
