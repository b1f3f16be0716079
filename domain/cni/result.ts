import { listOf, maybe, number, objectOf, text } from './shape.ts';

type Interface = {
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
  readonly sandbox?: string;
  readonly socketPath?: string;
  readonly pciID?: string;
};

type Ip = {
  /** With prefix length. */
  readonly address: string;
  readonly gateway?: string;
  /** Index in `interfaces`. */
  readonly interface?: number;
};

type Route = {
  readonly dst: string;
  readonly gw?: string;
  readonly mtu?: number;
  readonly advmss?: number;
  readonly priority?: number;
  readonly table?: number;
  readonly scope?: number;
};

type DnsSettings = {
  readonly nameservers?: ReadonlyArray<string>;
  readonly domain?: string;
  readonly search?: ReadonlyArray<string>;
  readonly options?: ReadonlyArray<string>;
};

/**
 * What an ADD made, in the shape of CNI 1.1.0 and without `cniVersion`: that is added, and what an older version does not
 * have is left out, when it is printed (`result-version.ts`). The results of 0.3.0 to 1.0.0 have this shape too, but
 * for `ips[].version`, which only repeats what the address says.
 */
export type CniResult = {
  readonly interfaces?: ReadonlyArray<Interface>;
  readonly ips?: ReadonlyArray<Ip>;
  readonly routes?: ReadonlyArray<Route>;
  readonly dns?: DnsSettings;
};

export const cniResult = objectOf<CniResult>({
  interfaces: maybe(
    listOf(
      objectOf<Interface>({
        name: text,
        mac: maybe(text),
        mtu: maybe(number),
        sandbox: maybe(text),
        socketPath: maybe(text),
        pciID: maybe(text),
      }),
    ),
  ),
  ips: maybe(listOf(objectOf<Ip>({ address: text, gateway: maybe(text), interface: maybe(number) }))),
  routes: maybe(
    listOf(
      objectOf<Route>({
        dst: text,
        gw: maybe(text),
        mtu: maybe(number),
        advmss: maybe(number),
        priority: maybe(number),
        table: maybe(number),
        scope: maybe(number),
      }),
    ),
  ),
  dns: maybe(
    objectOf<DnsSettings>({
      nameservers: maybe(listOf(text)),
      domain: maybe(text),
      search: maybe(listOf(text)),
      options: maybe(listOf(text)),
    }),
  ),
});
