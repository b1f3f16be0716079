import test from 'ava';
import { either as E } from 'fp-ts';
import { ownRules } from '../../../domain/kernel/own-rules.ts';
import {
  type RuleChange,
  type RuleSeen,
  ruleChanges,
  ruleDifference,
  type TableSeen,
} from '../../../domain/kernel/rule-changes.ts';
import { must } from '../../support/must.ts';

const masquerade = { sources: ['10.244.3.0/24'], except: ['10.244.0.0/16', '10.10.0.0/16'] };
const desired = must(ownRules(masquerade));
const whole: TableSeen = { ...desired, others: [] };
const chain = (
  name: string,
  rules: (own: ReadonlyArray<RuleSeen>) => ReadonlyArray<RuleSeen>,
): TableSeen => ({
  ...whole,
  chains: whole.chains.map((one) => (one.name === name ? { ...one, rules: rules(one.rules) } : one)),
});
const accept: RuleSeen = { does: 'other', text: '{"accept":null}' };
const replace = (what: string): RuleChange => ({ type: 'replace', what });

type Case = { readonly given: TableSeen | undefined; readonly changes: ReadonlyArray<RuleChange> };

const cases: Readonly<Record<string, Case>> = {
  'what is there in whatever order needs no change': {
    given: {
      sets: [...whole.sets].reverse().map((set) => ({ ...set, networks: [...set.networks].reverse() })),
      chains: [...whole.chains].reverse(),
      others: [],
    },
    changes: [],
  },
  'without a table all is missing': {
    given: undefined,
    changes: ['set pods4', 'set except4', 'chain prerouting', 'chain postrouting'].map((what) => ({
      type: 'add',
      what,
    })),
  },
  'a set with other networks is another': {
    given: {
      ...whole,
      sets: whole.sets.map((set) => ({ ...set, networks: [...set.networks, '10.99.0.0/16'] })),
    },
    changes: [replace('set pods4'), replace('set except4')],
  },
  'a rule that is gone is missed': {
    given: chain('postrouting', () => []),
    changes: [replace('chain postrouting')],
  },
  'a rule in front of ours may take what is theirs': {
    given: chain('prerouting', (own) => [accept, ...own]),
    changes: [replace('chain prerouting')],
  },
  'a rule behind ours is not ours either': {
    given: chain('prerouting', (own) => [...own, accept]),
    changes: [replace('chain prerouting')],
  },
  'another policy is another chain': {
    given: { ...whole, chains: whole.chains.map((one) => ({ ...one, policy: 'drop' })) },
    changes: [replace('chain prerouting'), replace('chain postrouting')],
  },
  'what nobody asked for goes': {
    given: {
      ...whole,
      sets: [...whole.sets, { name: 'pods6', family: 6, networks: [] }],
      others: ['counter hits'],
    },
    changes: ['set pods6', 'counter hits'].map((what) => ({ type: 'remove', what })),
  },
};

for (const [what, { given, changes }] of Object.entries(cases))
  test(what, (t) => {
    t.deepEqual(ruleChanges(desired, given), changes);
  });

test('rules of a chain count in their order', (t) => {
  const dual = must(ownRules({ ...masquerade, sources: [...masquerade.sources, 'fd00:244:3::/64'] }));
  const turned = dual.chains.map((one) => ({ ...one, rules: [...one.rules].reverse() }));
  t.deepEqual(ruleChanges(dual, { ...dual, others: [] }), []);
  t.deepEqual(ruleChanges(dual, { ...dual, chains: turned, others: [] }), [replace('chain postrouting')]);
});

test('each change is said by what is wrong', (t) => {
  t.deepEqual(
    (['add', 'replace', 'remove'] as const).map((type) => ruleDifference({ type, what: 'set pods4' })),
    [
      'the set pods4 is missing',
      'the set pods4 is not as it was written',
      'the set pods4 does not belong there',
    ],
  );
});

test('of networks that lie in each other the widest counts, in its canonical text', (t) => {
  const { sets } = must(
    ownRules({
      sources: ['10.244.3.0/24', '10.244.3.0/24'],
      except: ['10.10.7.0/24', '10.10.0.0/16', 'FD00::/8'],
    }),
  );
  t.deepEqual(sets, [
    { name: 'pods4', family: 4, networks: ['10.244.3.0/24'] },
    { name: 'except4', family: 4, networks: ['10.10.0.0/16'] },
  ]);
  t.deepEqual(
    ownRules({ sources: ['10.244.3.1/24'], except: [] }),
    E.left({
      type: 'firewall-failed',
      reason: '10.244.3.1/24 is not a network (ADDRESS/LENGTH)',
    }),
  );
});
