import * as t from 'io-ts';
import { Pod } from '../host/events.ts';
import { ImportSource } from '../import-source.ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';

/** A running pod as another program left it: what its addresses are, and how it is wired. */
export const FoundPod = t.exact(
  t.intersection([
    t.type({
      network: t.string,
      containerId: t.string,
      ifname: t.string,
      netns: t.string,
      addresses: t.readonlyArray(IpAddress),
      mac: t.string,
      hostIfname: t.string,
    }),
    /** The bridge's when absent. */
    t.partial({ mtu: Integer, pod: Pod }),
  ]),
);
export type FoundPod = t.TypeOf<typeof FoundPod>;

/** What the agent is asked to take over: `POST /v1/import`. */
export const ImportRequest = t.strict({
  from: ImportSource,
  /** Say what would be done, and do nothing. */
  dryRun: t.boolean,
  pods: t.readonlyArray(FoundPod),
});
export type ImportRequest = t.TypeOf<typeof ImportRequest>;

/** What became of each pod; in the order of the request. */
export type ImportAnswer = {
  readonly dryRun: boolean;
  readonly pods: ReadonlyArray<FoundPod & { readonly state: 'imported' | 'known' | 'gone' }>;
};
