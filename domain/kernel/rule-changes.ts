import type { Chain, NetworkSet, OwnRule, RuleTable } from './own-rules.ts';

/** A rule as the kernel has it: `other` is one such as we do not write. */
export type RuleSeen = OwnRule | { readonly does: 'other'; readonly text: string };

/** Our table as it is, and by name what else is in it. */
export type TableSeen = RuleTable<RuleSeen> & { readonly others: ReadonlyArray<string> };

/** One difference between the table that should be there and the one that is. It is written anew as a whole, whichever it is. */
export type RuleChange = {
  readonly type: 'add' | 'replace' | 'remove';
  /** `set pods4`, `chain postrouting` */
  readonly what: string;
};

const setText = ({ family, networks }: NetworkSet): string => JSON.stringify([family, [...networks].sort()]);

const ruleText = (rule: RuleSeen): ReadonlyArray<unknown> => {
  switch (rule.does) {
    case 'masquerade':
      return [rule.does, rule.family];
    case 'drop-group':
      return [rule.does, rule.group];
    case 'other':
      return [rule.does, rule.text];
  }
};

/** Rules of one chain keep their order. */
const chainText = ({ type, hook, priority, policy, rules }: Chain<RuleSeen>): string =>
  JSON.stringify([type, hook, priority, policy, rules.map(ruleText)]);

/** The parts of a table by what they are called, as texts that are the same for the same. */
const partsOf = ({ sets, chains }: RuleTable<RuleSeen>): ReadonlyMap<string, string> =>
  new Map([
    ...sets.map((set) => [`set ${set.name}`, setText(set)] as const),
    ...chains.map((chain) => [`chain ${chain.name}`, chainText(chain)] as const),
  ]);

/** What is missing, otherwise, or there and not ours; `undefined` says that there is no table. */
export const ruleChanges = (
  desired: RuleTable<OwnRule>,
  actual: TableSeen | undefined,
): ReadonlyArray<RuleChange> => {
  const wanted = partsOf(desired);
  const there = partsOf(actual ?? { sets: [], chains: [] });
  const lacking = [...wanted].flatMap(([what, text]): ReadonlyArray<RuleChange> => {
    const now = there.get(what);
    if (now === undefined) return [{ type: 'add', what }];
    return now === text ? [] : [{ type: 'replace', what }];
  });
  const surplus = [...there.keys()].filter((what) => !wanted.has(what));
  return [
    ...lacking,
    ...[...surplus, ...(actual?.others ?? [])].map((what) => ({ type: 'remove' as const, what })),
  ];
};

/** What a change is about, in plain words. */
export const ruleDifference = ({ type, what }: RuleChange): string => {
  switch (type) {
    case 'add':
      return `the ${what} is missing`;
    case 'replace':
      return `the ${what} is not as it was written`;
    case 'remove':
      return `the ${what} does not belong there`;
  }
};
