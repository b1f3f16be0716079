import * as t from 'io-ts';

const Interface = t.intersection([
  t.type({ name: t.string }),
  t.partial({ mac: t.string, mtu: t.number, sandbox: t.string, socketPath: t.string, pciID: t.string }),
]);

const Ip = t.intersection([
  /** With prefix length. */
  t.type({ address: t.string }),
  t.partial({
    gateway: t.string,
    /** Index in `interfaces`. */
    interface: t.number,
  }),
]);

const Route = t.intersection([
  t.type({ dst: t.string }),
  t.partial({
    gw: t.string,
    mtu: t.number,
    advmss: t.number,
    priority: t.number,
    table: t.number,
    scope: t.number,
  }),
]);

const DnsSettings = t.partial({
  nameservers: t.readonlyArray(t.string),
  domain: t.string,
  search: t.readonlyArray(t.string),
  options: t.readonlyArray(t.string),
});

/**
 * What an ADD made, in the shape of CNI 1.1.0 and without `cniVersion`: that is added, and what an older version does not
 * have is left out, when it is printed (`result-version.ts`). The results of 0.3.0 to 1.0.0 have this shape too, but
 * for `ips[].version`, which only repeats what the address says.
 */
export const CniResult = t.partial({
  interfaces: t.readonlyArray(Interface),
  ips: t.readonlyArray(Ip),
  routes: t.readonlyArray(Route),
  dns: DnsSettings,
});
export type CniResult = t.TypeOf<typeof CniResult>;
