import type { CniResult } from './result.ts';
import { type CniVersion, isAtLeast } from './version.ts';

type Interface = NonNullable<CniResult['interfaces']>[number];
type Ip = NonNullable<CniResult['ips']>[number];
type Route = NonNullable<CniResult['routes']>[number];

const interfaceIn = (version: CniVersion, whole: Interface): Interface => {
  if (isAtLeast(version, '1.1.0')) return whole;
  const { mtu: _mtu, socketPath: _socketPath, pciID: _pciID, ...older } = whole;
  return older;
};

type VersionedIp = Ip & { readonly version?: unknown };

/** A previous result of an older version has `version` where a newer one may not. */
const ipIn = (version: CniVersion, { version: _, ...ip }: VersionedIp): VersionedIp =>
  isAtLeast(version, '1.0.0') ? ip : { version: ip.address.includes(':') ? '6' : '4', ...ip };

const routeIn = (version: CniVersion, whole: Route): Route => {
  if (isAtLeast(version, '1.1.0')) return whole;
  const { dst, gw } = whole;
  return gw === undefined ? { dst } : { dst, gw };
};

/** The result as a runtime that speaks `version` reads it (CNI spec of that version, "Result"). */
export const resultIn = (version: CniVersion, { interfaces, ips, routes, dns }: CniResult): unknown => ({
  cniVersion: version,
  ...(interfaces === undefined ? {} : { interfaces: interfaces.map((one) => interfaceIn(version, one)) }),
  ...(ips === undefined ? {} : { ips: ips.map((ip) => ipIn(version, ip)) }),
  ...(routes === undefined ? {} : { routes: routes.map((route) => routeIn(version, route)) }),
  ...(dns === undefined ? {} : { dns }),
});
