/**
 * The group of the host's ends of pods' links ("evip" in ASCII; ip-link(8), group). Beneath a userspace datapath the host's own
 * stack gets a pod's frames there too, besides the switch: what bears the group is dropped before it is looked at.
 */
export const switchedLinks = 0x65766970;
