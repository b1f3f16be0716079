import { basename } from 'node:path';
import type { Bench, Section } from './bench.ts';
import { add, type CheapVerb, callCheap, del } from './contender.ts';
import { makeOurs, ourContender } from './ours.ts';
import { ipBatch } from './pods.ts';
import { median, rounded } from './statistics.ts';
import { ratio, sampleColumns, sampleRow } from './table.ts';

const verbs = ['VERSION', 'STATUS', 'CHECK'] as const satisfies ReadonlyArray<CheapVerb>;
/** Something in the pod changed just before, so the agent looks at it again. */
const afterChange = 'CHECK of a changed pod';
/** Not counted. */
const warmUp = 3;

/** The verbs that change nothing, in turn, for a pod that is there; VERSION asks no agent: it is the plugin's bare start. Then CHECK of a pod in which something changes each time. */
export const measureVerbs = async ({ size, pods, launch, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const contender = ourContender(await makeOurs('verbs', 24, made), '1.1.0');
  const [pod] = pods;
  if (pod === undefined) throw new Error('there is no pod');
  const added = await add(launch, contender, pod);
  const samples = {
    VERSION: [] as number[],
    STATUS: [] as number[],
    CHECK: [] as number[],
    [afterChange]: [] as number[],
  };
  for (let round = -warmUp; round < size.rounds; round++) {
    goOn();
    for (const verb of verbs) {
      const { ms } = await callCheap(launch, contender, verb, added);
      if (round >= 0) samples[verb].push(ms);
    }
    if (round > 0 && round % 50 === 0) progress(`verbs: ${round} of ${size.rounds} rounds`);
  }
  for (let round = 0; round < size.rounds; round++) {
    goOn();
    await ipBatch([`link set lo mtu ${round % 2 === 0 ? 65_000 : 64_000}`], '-netns', basename(pod.netns));
    const { ms } = await callCheap(launch, contender, 'CHECK', added);
    samples[afterChange].push(ms);
  }
  await del(launch, contender, added);

  const bare = median(samples.VERSION);
  const relative = (verb: keyof typeof samples): number => rounded(median(samples[verb]) / bare);
  return {
    tables: [
      {
        title: 'Verbs that change nothing, process start included',
        columns: [...sampleColumns, 'by VERSION'],
        rows: ([...verbs, afterChange] as const).map((verb) => [
          ...sampleRow(verb, samples[verb]),
          ratio(relative(verb)),
        ]),
      },
    ],
    figures: { checkRatio: relative('CHECK'), statusRatio: relative('STATUS') },
  };
};
