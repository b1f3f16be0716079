import type { Bench, Section } from './bench.ts';
import { add, addressOf } from './contender.ts';
import { makeOurs, ourContender } from './ours.ts';
import { makePods } from './pods.ts';
import { startProber } from './prober.ts';
import { median, rounded } from './statistics.ts';
import { sampleColumns, sampleRow } from './table.ts';

const rounds = 5;

/** As Evio 24.1 does it at each of its starts. */
const anew = ['--no-wait', '--if-exists', 'del-br', 'evio0', '--', 'add-br', 'evio0'];

/** Time from the deletion of the bridge under running pods, and its making anew by somebody else, until each has answered. */
export const measureRepair = async ({ size, launch, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const { pods, remove } = await makePods(size.repaired);
  made.defer(remove);
  const node = await makeOurs('repair', 24, made);
  const contender = ourContender(node);
  const probe = startProber(node.netns.path, made);
  progress(`repair: ${size.repaired} pods`);
  const addresses: string[] = [];
  for (const pod of pods) {
    goOn();
    addresses.push(addressOf(await add(launch, contender, pod)));
  }
  const answering = async (): Promise<void> => {
    for (const address of addresses) await probe(address);
  };
  await answering();
  const deleted: number[] = [];
  const remade: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [samples, words] of [
      [deleted, ['--no-wait', 'del-br', 'evio0']],
      [remade, anew],
    ] as const) {
      goOn();
      const startedAt = performance.now();
      await node.ovs.vsctl(...words);
      await answering();
      samples.push(performance.now() - startedAt);
    }
  }
  return {
    tables: [
      {
        title: `the bridge gone under ${size.repaired} pods, until all answer again`,
        columns: sampleColumns,
        rows: [sampleRow('deleted', deleted), sampleRow('deleted and made anew', remade)],
      },
    ],
    figures: { repair100Ms: rounded(Math.max(median(deleted), median(remade))) },
  };
};
