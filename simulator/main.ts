import { Command, InvalidArgumentError, Option } from 'commander';
import { clock } from '../adapters/system/clock.ts';
import type { Range } from './hunting.ts';
import { mutants } from './mutants/all.ts';
import { type Summary, tellOfFailure, tellOfMutant, tellOfRun } from './report.ts';
import { explain, hunt, simulate } from './simulate.ts';

const whole = (text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('a whole number.');
};

/** Each mutant must be found within so many histories, of this length at least. */
const huntedSeeds = 200;
const huntedSteps = 2500;

const options = new Command('simulate')
  .description('Runs the real agent in simulated worlds, where everything fails, and watches its promises.')
  .addOption(new Option('--seeds <count>', 'worlds to run').default(200).argParser(whole))
  .addOption(new Option('--steps <count>', 'length of each history').default(600).argParser(whole))
  .addOption(new Option('--seed <number>', 'the first seed; the others follow').default(1).argParser(whole))
  .addOption(new Option('--mutants', 'only look for the planted mutants'))
  .addOption(new Option('--no-mutants', 'do not look for the planted mutants'))
  .addOption(
    new Option('--mutant <name>', 'only look for this one, and show its history').choices(
      mutants.map(({ name }) => name),
    ),
  )
  .addOption(new Option('--json', 'a summary in JSON as the last line'))
  .addHelpText(
    'after',
    `
Examples:
  npm run simulate -- --seeds 1000 --steps 1000
  npm run simulate -- --seed 4711 --seeds 1 --steps 1000   one world again, step by step the same
  npm run simulate -- --mutant fsync-dropped

Exit codes: 0 every promise held and every mutant was found, 1 not so, 2 wrong usage.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Range & { readonly mutants?: boolean; readonly mutant?: string; readonly json?: boolean }>();

const range: Range = { seed: options.seed, seeds: options.seeds, steps: options.steps };
const huntedRange: Range = {
  seed: options.seed,
  seeds: huntedSeeds,
  steps: Math.max(options.steps, huntedSteps),
};
const onlyMutants = options.mutant !== undefined || process.argv.includes('--mutants');

const began = clock.monotonicMs();
const { steps, failures } = onlyMutants ? { steps: 0, failures: [] } : await simulate(range);
const seconds = (clock.monotonicMs() - began) / 1000;
const run = {
  seeds: onlyMutants ? 0 : range.seeds,
  steps,
  brokenPromises: failures.length,
  stepsPerS: Math.round(steps / seconds),
};
if (!onlyMutants) console.log(tellOfRun({ ...run, mutants: 0, mutantsFound: 0 }));
/** Each takes seconds to shrink; more than a few say the same again. */
const shown = 3;
for (const failure of failures.slice(0, shown))
  console.log(tellOfFailure(failure, await explain(failure), ''));
if (failures.length > shown)
  console.log(
    `and at the seeds ${failures
      .slice(shown)
      .map(({ seed }) => seed)
      .join(', ')}`,
  );

const hunted = [];
const wanted =
  options.mutants === false ? [] : mutants.filter(({ name }) => (options.mutant ?? name) === name);
for (const mutant of wanted) {
  const result = await hunt(mutant, huntedRange);
  hunted.push(result);
  console.log(tellOfMutant(result));
  if (options.mutant !== undefined && result.found !== undefined)
    console.log((await explain(result.found, mutant.seams)).join('\n'));
}
const mutantsFound = hunted.filter(({ found }) => found !== undefined).length;
if (wanted.length > 0) console.log(`${mutantsFound} of ${wanted.length} mutants found`);
const summary: Summary = { ...run, mutantsFound, mutants: wanted.length };
if (options.json) console.log(JSON.stringify(summary));
process.exit(failures.length === 0 && mutantsFound === wanted.length ? 0 : 1);
