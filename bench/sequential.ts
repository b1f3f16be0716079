import type { Bench, Section } from './bench.ts';
import { add, type Contender, del } from './contender.ts';
import { makeOurs, ourContender } from './ours.ts';
import { makePeer } from './peer.ts';
import { median, rounded } from './statistics.ts';
import { milliseconds, ratio, sampleColumns, sampleRow } from './table.ts';

type Samples = { readonly add: number[]; readonly del: number[] };

/** Not counted: first calls make bridges, load modules and fill caches. */
const warmUp = 3;

/** ADD and DEL one after another, nothing else held, process start included; the contenders in turn, each round another first. */
export const measureSequential = async ({ size, pods, launch, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const contenders: ReadonlyArray<Contender> = [
    ourContender(await makeOurs('sequential', 24, made)),
    await makePeer({ name: 'peer-masq', subnet: '10.60.0.0/24', ipMasq: true }, made),
    await makePeer({ name: 'peer-plain', subnet: '10.61.0.0/24', ipMasq: false }, made),
  ];
  const samples = contenders.map((): Samples => ({ add: [], del: [] }));
  const floor: number[] = [];
  for (let round = -warmUp; round < size.rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      goOn();
      const index = (round + warmUp + turn) % contenders.length;
      const contender = contenders[index];
      const pod = pods[(round + warmUp + index) % pods.length];
      if (contender === undefined || pod === undefined) continue;
      const added = await add(launch, contender, pod);
      const deleted = await del(launch, contender, added);
      if (round < 0) continue;
      samples[index]?.add.push(added.run.ms);
      samples[index]?.del.push(deleted.ms);
    }
    if (round >= 0) floor.push((await launch({ program: '/bin/true', env: {}, input: '' })).ms);
    if (round > 0 && round % 50 === 0) progress(`sequential: ${round} of ${size.rounds} rounds`);
  }

  const rowsOf = (verb: keyof Samples): ReadonlyArray<ReadonlyArray<string>> =>
    contenders.map(({ title }, index) => {
      const [ours, theirs] = [samples[0]?.[verb] ?? [], samples[index]?.[verb] ?? []];
      const beside = index === 0 ? '' : ratio(median(ours) / median(theirs));
      return [...sampleRow(`${verb.toUpperCase()} ${title}`, theirs), beside];
    });
  const relative = (verb: keyof Samples, peer: number): number =>
    rounded(median(samples[0]?.[verb] ?? []) / median(samples[peer]?.[verb] ?? []));
  return {
    tables: [
      {
        title: `Sequential, nothing held, process start included (of it the harness and a bare process: ${milliseconds(median(floor))} ms)`,
        columns: [...sampleColumns, 'ours/theirs'],
        rows: [...rowsOf('add'), ...rowsOf('del')],
      },
    ],
    figures: {
      addRatio: relative('add', 1),
      addRatioNoMasq: relative('add', 2),
      delRatio: relative('del', 1),
    },
  };
};
