import test from 'ava';
import { mutants } from '../../simulator/mutants/all.ts';
import { play } from '../../simulator/play.ts';
import { dice } from '../../simulator/random.ts';
import { explain, hunt, simulate } from '../../simulator/simulate.ts';
import { generate } from '../../simulator/step.ts';

/** Another range each day would find more, and fail on a commit that did nothing wrong: `npm run simulate` looks further. */
const range = { seed: 1, seeds: 40, steps: 250 };

test('every promise holds in forty worlds in which everything fails', async (t) => {
  const { steps, failures } = await simulate(range);
  t.deepEqual(failures, []);
  t.true(steps > range.seeds * range.steps, `${steps} steps`);
});

test('the same seed is the same history, step by step, and the same log, byte for byte', async (t) => {
  const run = async (seed: number) => {
    const lines: string[] = [];
    const played = await play(seed, generate(dice(seed), 500), {}, (line) => lines.push(line));
    return { ...played, lines };
  };
  const [first, again, other] = [await run(7), await run(7), await run(8)];
  t.deepEqual(again, first);
  t.not(other.log, first.log);
  t.true(first.lines.length > 300);
});

// The others take more worlds: `npm run simulate -- --mutants` finds all.
const quick = [
  'fsync-dropped',
  'failed-append-acknowledged',
  'upcaster-skipped',
  'boot-id-kept',
  'snapshot-ahead-accepted',
  'del-logged-before-the-link-is-gone',
  'undo-skipped',
  'held-address-lost-at-an-era-change',
  'era-never-opened',
  'foreign-taken-for-ours',
  'adoption-skipped',
  'add-beside-unknown-links',
  'release-by-one-sweep',
];

for (const mutant of mutants.filter(({ name }) => quick.includes(name)))
  test(`a planted mutant is found: ${mutant.name}`, async (t) => {
    const { found } = await hunt(mutant, { seed: 1, seeds: 200, steps: 600 });
    t.truthy(found, mutant.defect);
  });

test('a failure is told by a shorter history that ends in the broken promise', async (t) => {
  const mutant = mutants.find(({ name }) => name === 'add-answered-without-its-port');
  if (mutant === undefined) return t.fail();
  const { found } = await hunt(mutant, { seed: 5, seeds: 20, steps: 600 });
  if (found === undefined) return t.fail();
  const lines = await explain(found, mutant.seams, 100);
  t.regex(
    lines.at(-1) ?? '',
    /an acknowledged pod is wired: evio\/c\d+\/eth0: the switch never forwarded for it/,
  );
  t.true(lines.length < found.broken.step, `${lines.length} lines of ${found.broken.step} steps`);
});
