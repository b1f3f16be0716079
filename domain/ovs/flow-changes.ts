import type { Flow, FlowChange, FlowSeen } from './flow.ts';

const textOf = ({ priority, match, output }: Flow): string =>
  JSON.stringify([priority, output, Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1))]);

const byCookie = <A extends { readonly cookie: string }>(
  flows: ReadonlyArray<A>,
): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, A[]>();
  for (const flow of flows) {
    const group = groups.get(flow.cookie);
    if (group === undefined) groups.set(flow.cookie, [flow]);
    else group.push(flow);
  }
  return groups;
};

/** What of one cookie is there and should be; `undefined` when anything else is there too. */
const heldOf = (
  wanted: ReadonlyArray<Flow>,
  seen: ReadonlyArray<FlowSeen>,
): ReadonlySet<string> | undefined => {
  const texts = new Set(wanted.map(textOf));
  const held = new Set<string>();
  for (const { flow } of seen) {
    const text = flow === undefined ? undefined : textOf(flow);
    if (text === undefined || !texts.has(text)) return undefined;
    held.add(text);
  }
  return held;
};

/**
 * What makes the flows that are there those that should be. A cookie under which anything else is there is cleared and written
 * anew: for that moment its port forwards nothing. Removals come first, so that no port number has two owners in between.
 */
export const flowChanges = (
  desired: ReadonlyArray<Flow>,
  actual: ReadonlyArray<FlowSeen>,
): ReadonlyArray<FlowChange> => {
  const [wanted, there] = [byCookie(desired), byCookie(actual)];
  const removals: FlowChange[] = [];
  const additions: FlowChange[] = [];
  for (const cookie of there.keys()) if (!wanted.has(cookie)) removals.push({ type: 'remove', cookie });
  for (const [cookie, flows] of wanted) {
    const held = heldOf(flows, there.get(cookie) ?? []);
    if (held === undefined) removals.push({ type: 'remove', cookie });
    for (const flow of flows) if (held?.has(textOf(flow)) !== true) additions.push({ type: 'add', flow });
  }
  return [...removals, ...additions];
};
