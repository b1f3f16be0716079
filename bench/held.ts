import { join } from 'node:path';
import type { LaunchAndWait } from '../test/support/launch.ts';
import type { TestNode } from '../test/support/node.ts';
import { askAdd, askDel } from './agent-call.ts';
import type { Bench, Section } from './bench.ts';
import { add, type Contender, del } from './contender.ts';
import { holdAddresses } from './hold-addresses.ts';
import { makeHostLocal } from './host-local.ts';
import { residentMiB } from './memory.ts';
import { makeOurs, ourContender } from './ours.ts';
import type { Pod } from './pods.ts';
import { median, rounded } from './statistics.ts';
import { milliseconds, ratio, sampleColumns, sampleRow, type Table } from './table.ts';

type Samples = { readonly reserve: number[]; readonly agent: number[]; readonly byProcess: number[] };

const samples = (): Samples => ({ reserve: [], agent: [], byProcess: [] });

const byProcess = async (launch: LaunchAndWait, contender: Contender, pod: Pod): Promise<number> => {
  const added = await add(launch, contender, pod);
  await del(launch, contender, added);
  return added.run.ms;
};

/** The agent begins again with `count` attachments in its log; how long that took, in milliseconds. */
const restartHolding = async (node: TestNode, count: number): Promise<number> => {
  const { hostStream } = await node.status();
  await node.stopAgent();
  await holdAddresses(join(node.dir, 'state'), hostStream, count);
  const startedAt = performance.now();
  await node.startAgent();
  return performance.now() - startedAt;
};

/** ADD with nothing and with 4,000 addresses held in the log, in turn; beside host-local holding as many. */
export const measureHeld = async ({ size, pods, launch, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const empty = await makeOurs('empty', 19, made);
  const full = await makeOurs('full', 19, made);
  progress(`held: ${size.held} attachments into the log`);
  const startMs = await restartHolding(full, size.held);
  const nodes = [
    {
      node: empty,
      ours: ourContender(empty),
      peer: await makeHostLocal(0, made),
      samples: samples(),
      theirs: samples(),
    },
    {
      node: full,
      ours: ourContender(full),
      peer: await makeHostLocal(size.held, made),
      samples: samples(),
      theirs: samples(),
    },
  ];
  const rssAtStart = await residentMiB(full.agentPid());

  const warmUp = 5;
  for (let round = -warmUp; round < size.heldRounds; round++) {
    for (let turn = 0; turn < 2; turn++) {
      goOn();
      const one = nodes[(round + warmUp + turn) % 2];
      const pod = pods[(round + warmUp) % pods.length];
      if (one === undefined || pod === undefined) continue;
      const asked = await askAdd(one.node.socket, pod);
      await askDel(one.node.socket, pod, asked.containerId);
      const ours = await byProcess(launch, one.ours, pod);
      const theirs = await byProcess(launch, one.peer, pod);
      if (round < 0) continue;
      one.samples.reserve.push(asked.timing.reserveMs);
      one.samples.agent.push(asked.ms - asked.timing.switchWaitMs);
      one.samples.byProcess.push(ours);
      one.theirs.byProcess.push(theirs);
    }
  }
  const rssAfter = await residentMiB(full.agentPid());
  const rssEmpty = await residentMiB(empty.agentPid());

  const [none, many] = [nodes[0]?.samples ?? samples(), nodes[1]?.samples ?? samples()];
  const [peerNone, peerMany] = [nodes[0]?.theirs ?? samples(), nodes[1]?.theirs ?? samples()];
  const pair = (name: string, atNone: ReadonlyArray<number>, atMany: ReadonlyArray<number>) => [
    sampleRow(`${name}, none held`, atNone).concat(''),
    sampleRow(`${name}, ${size.held} held`, atMany).concat(ratio(median(atMany) / median(atNone))),
  ];
  const times: Table = {
    title: `ADD with ${size.held} addresses held (a /19 subnet)`,
    columns: [...sampleColumns, 'held/none'],
    rows: [
      ...pair('evio: allocation (in the agent)', none.reserve, many.reserve),
      ...pair('evio: agent, without the wait for the switch', none.agent, many.agent),
      ...pair('evio: process, allocation and wiring', none.byProcess, many.byProcess),
      ...pair('host-local: process, allocation alone', peerNone.byProcess, peerMany.byProcess),
    ],
  };
  const memory: Table = {
    title: 'The agent',
    columns: ['', 'measured'],
    rows: [
      [`start until it answers, ${size.held} held, ms`, milliseconds(startMs)],
      [`RSS ${size.held} held, just started, MiB`, rssAtStart.toFixed(0)],
      [`RSS ${size.held} held, after the ADDs, MiB`, rssAfter.toFixed(0)],
      ['RSS none held, after the ADDs, MiB', rssEmpty.toFixed(0)],
    ],
  };
  return {
    tables: [times, memory],
    figures: {
      addHeld4000Ratio: rounded(median(many.reserve) / median(none.reserve)),
      agentRssMiB: Math.ceil(Math.max(rssAtStart, rssAfter)),
    },
  };
};
