import type { Bench, Section } from './bench.ts';
import { type Added, addressOf, type Contender, del, tryAdd } from './contender.ts';
import { makeOurs, ourContender } from './ours.ts';
import { makePeer } from './peer.ts';
import { p99, rounded } from './statistics.ts';
import { ratio, sampleColumns, sampleRow } from './table.ts';

type Tally = { readonly ms: number[]; failures: number; duplicates: number; complaint: string };

const emptyTally = (): Tally => ({ ms: [], failures: 0, duplicates: 0, complaint: '' });

const wave = async (
  contender: Contender,
  { pods, launch }: Bench,
  tally: Tally,
): Promise<ReadonlyArray<Added>> => {
  const all = await Promise.all(pods.map((pod) => tryAdd(launch, contender, pod)));
  const added = all.filter(({ run }) => run.code === 0);
  const failed = all.find(({ run }) => run.code !== 0);
  if (failed !== undefined) tally.complaint = failed.run.out + failed.run.err;
  tally.failures += all.length - added.length;
  tally.duplicates += added.length - new Set(added.map(addressOf)).size;
  tally.ms.push(...all.map(({ run }) => run.ms));
  return all;
};

/** Sixteen ADDs at once, wave after wave, ours and the peer's in turn; between the waves everything is deleted. */
export const measureParallel = async (bench: Bench): Promise<Section> => {
  const { size, launch, progress, goOn } = bench;
  await using made = new AsyncDisposableStack();
  const contenders: ReadonlyArray<Contender> = [
    ourContender(await makeOurs('parallel', 24, made)),
    await makePeer({ name: 'peer-parallel', subnet: '10.62.0.0/24', ipMasq: true }, made),
  ];
  const tallies = contenders.map(emptyTally);
  for (let round = -1; round < size.waves; round++) {
    for (const [index, contender] of contenders.entries()) {
      goOn();
      const tally = round < 0 ? emptyTally() : tallies[index];
      if (tally === undefined) continue;
      for (const added of await wave(contender, bench, tally)) await del(launch, contender, added);
    }
  }
  for (const [index, { complaint }] of tallies.entries()) {
    if (complaint !== '') progress(`a parallel ADD by ${contenders[index]?.title} failed: ${complaint}`);
  }

  const [ours, theirs] = [tallies[0] ?? emptyTally(), tallies[1] ?? emptyTally()];
  const p99Ratio = rounded(p99(ours.ms) / p99(theirs.ms));
  return {
    tables: [
      {
        title: '16 ADDs in parallel, process start included',
        columns: [...sampleColumns, 'failures', 'duplicates', 'p99 ours/theirs'],
        rows: contenders.map(({ title }, index) => {
          const { ms, failures, duplicates } = tallies[index] ?? emptyTally();
          const beside = index === 0 ? '' : ratio(p99Ratio);
          return [...sampleRow(`ADD ${title}`, ms), String(failures), String(duplicates), beside];
        }),
      },
    ],
    figures: { parallel16: { failures: ours.failures, duplicates: ours.duplicates, p99Ratio } },
  };
};
