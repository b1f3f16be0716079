import type { Acknowledged, Book } from './book.ts';
import type { Found, Network, Sandbox } from './network.ts';

/** Each in words, with its kind. */
export type Differences = { readonly leaks: ReadonlyArray<string>; readonly lost: ReadonlyArray<string> };

/** What is in `these` more often than in `those`. */
const without = (these: ReadonlyArray<string>, those: ReadonlyArray<string>): ReadonlyArray<string> => {
  const left = new Map<string, number>();
  for (const one of those) left.set(one, (left.get(one) ?? 0) + 1);
  return these.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
};

const sum = (all: ReadonlyArray<Found>): Found => {
  const summed: Record<string, string[]> = {};
  for (const found of all)
    for (const [kind, things] of Object.entries(found)) {
      summed[kind] ??= [];
      summed[kind].push(...things);
    }
  return summed;
};

/** What the machine has beyond what it had at first and what held attachments need, and what of that it has not. */
export const compare = async (
  network: Network,
  atFirst: Found,
  held: ReadonlyMap<Sandbox, Acknowledged>,
): Promise<Differences> => {
  const needed = sum([
    atFirst,
    ...[...held].map(([sandbox, { addresses }]) => network.expected(sandbox, addresses)),
  ]);
  const found = await network.found();
  const kinds = [...new Set([...Object.keys(needed), ...Object.keys(found)])];
  const differ = (these: Found, those: Found): ReadonlyArray<string> =>
    kinds.flatMap((kind) =>
      without(these[kind] ?? [], those[kind] ?? []).map((thing) => `${kind}: ${thing}`),
    );
  return { leaks: differ(found, needed), lost: differ(needed, found) };
};

const givesAddresses = new Set(['PodAdded', 'AddressesAllocated']);

/** Acknowledged ADDs that no event in the exported log tells of. */
export const untold = (book: Book, exported: string): ReadonlyArray<string> => {
  const told = new Set<string>();
  for (const line of exported.split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line) as { readonly type: string; readonly payload: string };
    if (!givesAddresses.has(event.type)) continue;
    const { containerId, addresses } = JSON.parse(event.payload) as Gift;
    for (const { address } of addresses) told.add(`${containerId} ${address}`);
  }
  return book.acknowledged.flatMap(({ containerId, addresses }) =>
    addresses
      .map((address) => `${containerId} ${address}`)
      .filter((added) => !told.has(added))
      .map((added) => `event of an acknowledged ADD: ${added}`),
  );
};

type Gift = {
  readonly containerId: string;
  readonly addresses: ReadonlyArray<{ readonly address: string }>;
};
