import type { Launched } from '../test/support/launch.ts';
import type { Sandbox } from './network.ts';

/** What one acknowledged ADD promised. */
export type Acknowledged = {
  readonly containerId: string;
  /** Without their prefix lengths. */
  readonly addresses: ReadonlyArray<string>;
};

/** What a container runtime knows by the plugin's answers alone, and what contradicts itself there. */
export type Book = {
  /** Counts a call that ended. */
  readonly ended: (verb: string, run: Launched) => 'done' | 'refused';
  readonly adding: (sandbox: Sandbox) => void;
  /** `result` is the CNI result as it was printed. */
  readonly added: (sandbox: Sandbox, result: string) => void;
  readonly deleting: (sandbox: Sandbox) => void;
  readonly deleted: (sandbox: Sandbox) => void;
  readonly isHeld: (sandbox: Sandbox) => boolean;
  /** Between the start of a call and its success nothing can be said of it. */
  readonly isUnknown: (sandbox: Sandbox) => boolean;
  readonly held: () => ReadonlyMap<Sandbox, Acknowledged>;
  /** Every ADD that succeeded, also those deleted since. */
  readonly acknowledged: ReadonlyArray<Acknowledged>;
  /** Addresses that an ADD gave while another attachment held them, in words. */
  readonly duplicates: ReadonlyArray<string>;
  readonly operations: () => number;
  /** How often each refusal came, by verb, code and message. */
  readonly refusals: () => ReadonlyMap<string, number>;
};

const addressesIn = (result: string): ReadonlyArray<string> =>
  (JSON.parse(result) as { readonly ips: ReadonlyArray<{ readonly address: string }> }).ips.map(
    ({ address }) => address.split('/')[0] ?? '',
  );

/** Ids and paths are each call's own; without them the same refusal counts as the same. */
const wordsOf = ({ out, err, code }: Launched): string => {
  try {
    const { code: cniCode, msg } = JSON.parse(out) as { readonly code: number; readonly msg: string };
    return `${cniCode}: ${msg.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').replaceAll(/\S*\/\S*/g, '…')}`;
  } catch {
    return `exit code ${code}: ${out}${err}`;
  }
};

export const openBook = (): Book => {
  const held = new Map<Sandbox, Acknowledged>();
  const unknown = new Set<Sandbox>();
  const holders = new Map<string, string>();
  const acknowledged: Acknowledged[] = [];
  const duplicates: string[] = [];
  const refusals = new Map<string, number>();
  let operations = 0;

  const letGo = (sandbox: Sandbox): void => {
    for (const address of held.get(sandbox)?.addresses ?? []) holders.delete(address);
    held.delete(sandbox);
    unknown.add(sandbox);
  };

  return {
    ended: (verb, run) => {
      if (run.code === 0) {
        operations += 1;
        return 'done';
      }
      const words = `${verb} ${wordsOf(run)}`;
      refusals.set(words, (refusals.get(words) ?? 0) + 1);
      return 'refused';
    },
    adding: (sandbox) => unknown.add(sandbox),
    added: (sandbox, result) => {
      const { containerId } = sandbox.attachment();
      const addresses = addressesIn(result);
      for (const address of addresses) {
        const holder = holders.get(address);
        if (holder !== undefined)
          duplicates.push(`${address} went to ${containerId} while ${holder} held it`);
        holders.set(address, containerId);
      }
      unknown.delete(sandbox);
      held.set(sandbox, { containerId, addresses });
      acknowledged.push({ containerId, addresses });
    },
    // From here on the network may give the addresses to others, before the answer is read.
    deleting: letGo,
    deleted: (sandbox) => unknown.delete(sandbox),
    isHeld: (sandbox) => held.has(sandbox),
    isUnknown: (sandbox) => unknown.has(sandbox),
    held: () => held,
    acknowledged,
    duplicates,
    operations: () => operations,
    refusals: () => refusals,
  };
};
