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

/** What an interface that appears later begins with, by the kernel's name for it. */
export const laterLinks = 'default';

/**
 * Whether it lives by router advertisements and would ignore them. With forwarding on, 1 means to ignore them (Linux ip-sysctl): meant so
 * by somebody where it was on before us, and put back by somebody where `later` says 2, as we left it when we switched forwarding on.
 */
export const listensToRouters = (
  { acceptRa, forwarding }: UplinkSettings,
  later: Pick<UplinkSettings, 'acceptRa'>,
): boolean => acceptRa === '1' && (forwarding === '0' || later.acceptRa === '2');

/** An uplink's name and settings. */
export type Uplink = UplinkSettings & { readonly name: string };

/**
 * The names of the uplinks that have to be told to listen to routers; with them `laterLinks`, for those that come. Not where one forwards
 * already and ignores them: behind our mark nobody could tell that this was meant.
 */
export const toldToListen = (
  later: UplinkSettings,
  uplinks: ReadonlyArray<Uplink>,
): ReadonlyArray<string> => {
  const isMeant = uplinks.some((one) => one.acceptRa === '1' && !listensToRouters(one, later));
  const names = uplinks.filter((one) => listensToRouters(one, later)).map(({ name }) => name);
  return listensToRouters(later, later) && !isMeant ? [laterLinks, ...names] : names;
};
