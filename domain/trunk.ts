import type { Trunk, Vlan } from './vlan.ts';

/** These VLANs, in whatever order and however often, as a trunk; `undefined` for none. */
export const trunkOf = (vlans: Iterable<Vlan>): Trunk | undefined => {
  const ranges: { first: Vlan; last: Vlan }[] = [];
  for (const vlan of [...new Set(vlans)].sort((one, other) => one - other)) {
    const before = ranges.at(-1);
    if (before?.last === vlan - 1) before.last = vlan;
    else ranges.push({ first: vlan, last: vlan });
  }
  return ranges.length === 0 ? undefined : ranges;
};

/** Each of them by its number. */
export const vlansIn = (trunk: Trunk): ReadonlyArray<Vlan> =>
  trunk.flatMap((range) => Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at));

/** `100-200 300` */
export const trunkText = (trunk: Trunk): string =>
  trunk
    .map((range) => (range.first === range.last ? `${range.first}` : `${range.first}-${range.last}`))
    .join(' ');
