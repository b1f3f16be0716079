/**
 * Whether the IPAM plugin of this name asks a server through the pod's own interface, which must be there before it runs: the
 * reference plugin `dhcp` broadcasts from it, and its daemon asks again through it for as long as the pod runs.
 */
export const asksThroughPod = (plugin: string): boolean => plugin === 'dhcp';
