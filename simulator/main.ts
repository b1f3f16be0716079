import { Command, InvalidArgumentError, Option } from 'commander';
import { clock } from '../adapters/system/clock.ts';
import { clusterMutants } from './cluster/mutants/all.ts';
import { simulatorOf } from './cluster/simulate.ts';
import type { Failure, Hunted, Range, Simulated } from './hunting.ts';
import { mutants } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';
import { type Summary, tellOfFailure, tellOfMutant, tellOfRun } from './report.ts';
import { explain, hunt, simulate } from './simulate.ts';

const whole = (text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('a whole number.');
};

const nodesOf = (text: string): number => {
  const number = whole(text);
  if (number >= 3 && number <= 5000) return number;
  throw new InvalidArgumentError('3 to 5000.');
};

/**
 * Each mutant must be found within so many histories, of this length at least. Most break a promise early or hardly ever, and are found sooner in many short
 * ones; some need a past.
 */
const huntedIn = [
  { seeds: 1500, steps: 600 },
  { seeds: 200, steps: 2500 },
];

const names = [...mutants, ...clusterMutants].map(({ name }) => name);

const options = new Command('simulate')
  .description(
    'Runs the real services in simulated worlds, where everything fails, and watches their promises.',
  )
  .addOption(
    new Option(
      '--cluster',
      'nodes that join one ledger, with the network between them; one host when absent',
    ),
  )
  .addOption(new Option('--nodes <count>', 'nodes of a cluster, 3 to 5000').default(12).argParser(nodesOf))
  .addOption(new Option('--seeds <count>', 'worlds to run').default(200).argParser(whole))
  .addOption(new Option('--steps <count>', 'length of each history').default(600).argParser(whole))
  .addOption(new Option('--seed <number>', 'the first seed; the others follow').default(1).argParser(whole))
  .addOption(new Option('--mutants', 'only look for the planted mutants'))
  .addOption(new Option('--no-mutants', 'do not look for the planted mutants'))
  .addOption(new Option('--mutant <name>', 'only look for this one, and show its history').choices(names))
  .addOption(new Option('--json', 'a summary in JSON as the last line'))
  .addHelpText(
    'after',
    `
Examples:
  npm run simulate -- --seeds 1000 --steps 1000
  npm run simulate -- --seed 4711 --seeds 1 --steps 1000   one world again, step by step the same
  npm run simulate -- --mutant fsync-dropped
  npm run simulate -- --cluster --nodes 50 --seeds 20 --steps 5000

Exit codes: 0 every promise held and every mutant was found, 1 not so, 2 wrong usage.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<
    Range & {
      readonly cluster?: boolean;
      readonly nodes: number;
      readonly mutants?: boolean;
      readonly mutant?: string;
      readonly json?: boolean;
    }
  >();

const range: Range = { seed: options.seed, seeds: options.seeds, steps: options.steps };
const huntedRanges: ReadonlyArray<Range> = huntedIn.map(({ seeds, steps }) => ({
  seed: options.seed,
  seeds,
  steps: Math.max(options.steps, steps),
}));
const onlyMutants = options.mutant !== undefined || process.argv.includes('--mutants');

/** Each takes seconds to shrink; more than a few say the same again. */
const shown = 3;

/** A kind of worlds, and the defects planted in it. */
type Hunting<Seams> = {
  readonly simulate: (range: Range) => Promise<Simulated>;
  readonly hunt: (mutant: Mutant<Seams>, range: Range) => Promise<Hunted<Seams>>;
  readonly explain: (failure: Failure, seams?: Seams) => Promise<ReadonlyArray<string>>;
};

const run = async <Seams>(
  worlds: Hunting<Seams>,
  planted: ReadonlyArray<Mutant<Seams>>,
  flags: string,
): Promise<void> => {
  const began = clock.monotonicMs();
  const { steps, failures } = onlyMutants ? { steps: 0, failures: [] } : await worlds.simulate(range);
  const seconds = (clock.monotonicMs() - began) / 1000;
  const played = {
    seeds: onlyMutants ? 0 : range.seeds,
    steps,
    brokenPromises: failures.length,
    stepsPerS: Math.round(steps / seconds),
  };
  if (!onlyMutants) console.log(tellOfRun({ ...played, mutants: 0, mutantsFound: 0 }));
  for (const { seed, broken } of failures.slice(0, shown))
    console.error(`seed ${seed}, step ${broken.step}: ${broken.promise}; looking for a shorter history …`);
  for (const failure of failures.slice(0, shown))
    console.log(tellOfFailure(failure, await worlds.explain(failure), flags));
  if (failures.length > shown)
    console.log(
      `and at the seeds ${failures
        .slice(shown)
        .map(({ seed }) => seed)
        .join(', ')}`,
    );

  const hunted = [];
  const wanted =
    options.mutants === false ? [] : planted.filter(({ name }) => (options.mutant ?? name) === name);
  for (const mutant of wanted) {
    let result: Hunted<Seams> = { mutant, found: undefined };
    for (const range of huntedRanges) {
      result = await worlds.hunt(mutant, range);
      if (result.found !== undefined) break;
    }
    hunted.push(result);
    console.log(tellOfMutant(result));
    if (options.mutant !== undefined && result.found !== undefined)
      console.log((await worlds.explain(result.found, mutant.seams)).join('\n'));
  }
  const mutantsFound = hunted.filter(({ found }) => found !== undefined).length;
  if (wanted.length > 0) console.log(`${mutantsFound} of ${wanted.length} mutants found`);
  const summary: Summary = { ...played, mutantsFound, mutants: wanted.length };
  if (options.json) console.log(JSON.stringify(summary));
  process.exit(failures.length === 0 && mutantsFound === wanted.length ? 0 : 1);
};

const isOfCluster = options.cluster || clusterMutants.some(({ name }) => name === options.mutant);
await (isOfCluster
  ? run(simulatorOf(options.nodes), clusterMutants, `--cluster --nodes ${options.nodes} `)
  : run({ simulate, hunt, explain }, mutants, ''));
