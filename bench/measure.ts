import { startLauncher } from '../test/support/launch.ts';
import { run } from '../test/support/run.ts';
import type { Measure, Section } from './bench.ts';
import { measureDrain } from './drain.ts';
import { targetsTable, unmeasured } from './figures.ts';
import { measureHeld } from './held.ts';
import type { Options, Part } from './options.ts';
import { measureParallel } from './parallel.ts';
import { makePods } from './pods.ts';
import { measureRepair } from './repair.ts';
import { measureSequential } from './sequential.ts';
import { printed } from './table.ts';
import { measureVerbs } from './verbs.ts';
import { measureWhere } from './where.ts';
import { measureWired } from './wired.ts';

/*
 * Runs in a network namespace of its own, where the peer has its bridges. `main.ts` starts it with its options as JSON.
 */

const measures: Readonly<Record<Part, Measure>> = {
  sequential: measureSequential,
  verbs: measureVerbs,
  parallel: measureParallel,
  held: measureHeld,
  wired: measureWired,
  where: measureWhere,
  drain: measureDrain,
  repair: measureRepair,
};

let interrupted = false;
process.on('SIGTERM', () => {
  interrupted = true;
});
const goOn = (): void => {
  if (interrupted) throw new Error('interrupted');
};
const progress = (text: string): void => console.error(`bench: ${text}`);

const measureAll = async (options: Options): Promise<ReadonlyArray<Section>> => {
  await using made = new AsyncDisposableStack();
  await run('ip', 'link', 'set', 'lo', 'up');
  const { pods, remove } = await makePods(16);
  made.defer(remove);
  const launch = startLauncher(made);
  made.defer(() => progress('removing what was made'));
  const sections: Section[] = [];
  for (const part of options.parts) {
    progress(part);
    const section = await measures[part]({ size: options.size, pods, launch, progress, goOn });
    sections.push(section);
    for (const table of section.tables) console.log(`\n${printed(table)}`);
  }
  return sections;
};

try {
  const options = JSON.parse(process.argv[2] ?? '') as Options;
  const sections = await measureAll(options);
  const figures = Object.assign({ ...unmeasured }, ...sections.map((section) => section.figures));
  console.log(`\n${printed(targetsTable(figures))}`);
  if (options.json) console.log(JSON.stringify(figures));
} catch (error) {
  if (!interrupted) console.error('bench: failed:', error);
  process.exitCode = interrupted ? 130 : 1;
}
