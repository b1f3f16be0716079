import { meansOwnNetns } from '../../domain/cni/environment.ts';
import type { AgentCall, Capabilities } from './capabilities.ts';

/**
 * CNI_NETNS of an ADD or DEL, when it leads to the namespace that this process runs in, as a rule the host's, and nobody said that this is
 * meant. Our agent refuses such an ADD of its own namespace in any case; `evio-ipam` only gives addresses, and has nothing else to tell by.
 */
export const ownNetnsOf = (
  { environment, fileAt }: Pick<Capabilities, 'environment' | 'fileAt'>,
  call: AgentCall,
): string | undefined => {
  if ((call.verb !== 'ADD' && call.verb !== 'DEL') || call.netns === undefined) return undefined;
  if (meansOwnNetns(environment)) return undefined;
  const [own, named] = [fileAt('/proc/self/ns/net'), fileAt(call.netns)];
  return own !== undefined && named?.device === own.device && named.inode === own.inode
    ? call.netns
    : undefined;
};
