import test from 'ava';
import { clusterMutants } from '../../../simulator/cluster/mutants/all.ts';
import { playCluster } from '../../../simulator/cluster/play.ts';
import { simulatorOf } from '../../../simulator/cluster/simulate.ts';
import { generate } from '../../../simulator/cluster/step.ts';
import { dice } from '../../../simulator/random.ts';

const nodes = 6;
const { simulate, hunt, explain } = simulatorOf(nodes);

/** Another range each day would find more, and fail on a commit that did nothing wrong: `npm run simulate` looks further. */
const range = { seed: 1, seeds: 12, steps: 600 };

test('every promise holds in twelve clusters in which everything fails', async (t) => {
  const { steps, failures } = await simulate(range);
  t.deepEqual(failures, []);
  t.true(steps > range.seeds * range.steps, `${steps} steps`);
});

test('the same seed is the same history, step by step, and the same logs, byte for byte', async (t) => {
  const run = async (seed: number) => {
    const lines: string[] = [];
    const history = generate(dice(seed), nodes, 400);
    const played = await playCluster(nodes)(seed, history, {}, (line) => lines.push(line));
    return { ...played, lines };
  };
  const [first, again, other] = [await run(7), await run(7), await run(8)];
  t.deepEqual(again, first);
  t.not(other.log, first.log);
  t.true(first.lines.length > 300);
});

// The others take more worlds: `npm run simulate -- --cluster --mutants` finds all.
const quick = [
  'begins-behind-a-gap',
  'hashes-not-compared',
  'ledger-not-remembered',
  'decision-left-out',
  'own-append-not-flushed',
  'adds-wait-for-the-ledger',
  'surrendered-before-the-drain',
  'released-when-leaving-is-asked',
  'quarantine-on-the-nodes-clock',
  'released-on-revoke',
];

for (const mutant of clusterMutants.filter(({ name }) => quick.includes(name)))
  test(`a planted mutant is found: ${mutant.name}`, async (t) => {
    const { found } = await hunt(mutant, { seed: 1, seeds: 20, steps: 1000 });
    t.truthy(found, mutant.defect);
  });

test('a failure is told by a shorter history that ends in the broken promise', async (t) => {
  const mutant = clusterMutants.find(({ name }) => name === 'adds-wait-for-the-ledger');
  if (mutant === undefined) return t.fail();
  const { found } = await hunt(mutant, { seed: 1, seeds: 20, steps: 1000 });
  if (found === undefined) return t.fail();
  const lines = await explain(found, mutant.seams, 60);
  t.regex(lines.at(-1) ?? '', /offline is normal: ADD c\d+ on node-\d+'?: .*the ledger does not answer/);
  t.true(lines.length < found.broken.step, `${lines.length} lines of ${found.broken.step} steps`);
});
