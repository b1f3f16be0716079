/** The interfaces by which this host may reach others: neither the kernel's own names, nor the bridge or one of its VLANs, nor a pod's link. */
export const uplinksAmong = (names: ReadonlyArray<string>, bridge: string): ReadonlyArray<string> =>
  names.filter(
    (name) =>
      !['all', 'default', 'lo', bridge].includes(name) &&
      !name.startsWith('evio') &&
      !(name.startsWith(`${bridge}.`) && /^\d+$/.test(name.slice(bridge.length + 1))),
  );

/** An interface's settings of IPv6, as the kernel shows them. */
export type UplinkSettings = {
  readonly acceptRa: string | undefined;
  readonly forwarding: string | undefined;
};

/** Whether it configures itself by router advertisements now. Where forwarding was on already, 1 meant to ignore them (Linux ip-sysctl). */
export const listensToRouters = ({ acceptRa, forwarding }: UplinkSettings): boolean =>
  acceptRa === '1' && forwarding === '0';
