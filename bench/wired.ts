import type { Bench, Section } from './bench.ts';
import { add, addressOf, type Contender } from './contender.ts';
import { makeOurs, ourContender } from './ours.ts';
import { makePeer } from './peer.ts';
import { makePods, type Pod } from './pods.ts';
import { type Prober, startProber } from './prober.ts';
import { median, rounded } from './statistics.ts';
import { ratio, sampleColumns, sampleRow } from './table.ts';

type Wired = {
  readonly contender: Contender;
  readonly prober: Prober;
  readonly add: number[];
  readonly answer: number[];
};

/** Time from the start of ADD until the pod has answered, with hundreds of pods really wired and more with each round. */
export const measureWired = async ({ size, launch, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const total = size.wired + size.wiredRounds;
  const { pods, remove } = await makePods(total * 2);
  made.defer(remove);
  const node = await makeOurs('wired', 24, made);
  const wired: ReadonlyArray<Wired> = [
    { contender: ourContender(node), prober: startProber(node.netns.path, made), add: [], answer: [] },
    {
      contender: await makePeer({ name: 'peer-wired', subnet: '10.63.0.0/24', ipMasq: true }, made),
      prober: startProber(undefined, made),
      add: [],
      answer: [],
    },
  ];
  const podOf = (contender: number, index: number): Pod => pods[contender * total + index] ?? { netns: '' };

  for (const [which, { contender, prober }] of wired.entries()) {
    progress(`wired: ${size.wired} pods by ${contender.title}`);
    const atOnce = 5;
    for (let first = 0; first < size.wired; first += atOnce) {
      goOn();
      const length = Math.min(atOnce, size.wired - first);
      const added = await Promise.all(
        Array.from({ length }, (_, index) => add(launch, contender, podOf(which, first + index))),
      );
      const last = added.at(-1);
      if (last !== undefined) await prober(addressOf(last));
    }
  }
  for (let round = 0; round < size.wiredRounds; round++) {
    for (const [which, { contender, prober, ...samples }] of wired.entries()) {
      goOn();
      const startedAt = performance.now();
      const added = await add(launch, contender, podOf(which, size.wired + round));
      await prober(addressOf(added));
      samples.answer.push(performance.now() - startedAt);
      samples.add.push(added.run.ms);
    }
  }

  const oursMs = median(wired[0]?.answer ?? []);
  return {
    tables: [
      {
        title: `ADD of one more pod with ${size.wired} to ${total - 1} wired`,
        columns: [...sampleColumns, 'ours/theirs'],
        rows: wired.flatMap(({ contender: { title }, add: adds, answer }, which) => [
          sampleRow(`ADD ${title}`, adds).concat(''),
          sampleRow(`ADD until the first answered packet, ${title}`, answer).concat(
            which === 0 ? '' : ratio(oursMs / median(answer)),
          ),
        ]),
      },
    ],
    figures: { wired250FirstPacketMs: rounded(oursMs) },
  };
};
