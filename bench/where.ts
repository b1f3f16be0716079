import { join } from 'node:path';
import { pluginBinary } from '../test/support/node.ts';
import { askAdd, askDel } from './agent-call.ts';
import type { Bench, Section } from './bench.ts';
import { add, del } from './contender.ts';
import { timeFlushes } from './disk.ts';
import { makeOurs, ourContender } from './ours.ts';
import { peerPath } from './peer.ts';
import { median, rounded } from './statistics.ts';
import { timeSteps } from './steps.ts';
import { sampleColumns, sampleRow, type Table } from './table.ts';

/** What an executable takes only to start, read its environment and answer. */
const starts = {
  '/bin/true': '/bin/true',
  'evio VERSION': pluginBinary,
  'host-local VERSION': join(peerPath, 'host-local'),
  'bridge VERSION': join(peerPath, 'bridge'),
} as const;

const inAgent = 'ADD in the agent: request in to reply out, without the wait for the switch';

type Timings = Record<string, number[]>;

const note = (timings: Timings, name: string, ms: number): void => {
  timings[name] ??= [];
  timings[name].push(ms);
};

/** Where our time goes: by process, by the agent's own account, and step by step. */
export const measureWhere = async ({ size, pods, launch, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const node = await makeOurs('where', 24, made);
  const ours = ourContender(node);
  const timings: Timings = {};
  for (let round = -5; round < size.rounds; round++) {
    const pod = pods[(round + 5) % pods.length];
    if (pod === undefined) continue;
    const into = round < 0 ? {} : timings;
    goOn();
    for (const [name, program] of Object.entries(starts)) {
      const { ms } = await launch({
        program,
        env: { CNI_COMMAND: 'VERSION' },
        input: '{"cniVersion":"1.0.0"}',
      });
      note(into, `start: ${name}`, ms);
    }
    const added = await add(launch, ours, pod);
    note(into, 'ADD by process', added.run.ms);
    note(into, 'DEL by process', (await del(launch, ours, added)).ms);
    const { containerId, ms, agentMs, timing } = await askAdd(node.socket, pod);
    const { reserveMs, wireMs, switchWaitMs } = timing;
    note(into, inAgent, agentMs - switchWaitMs);
    note(into, '  reserve: namespace looked at, decision, append', reserveMs);
    note(into, '  wire: kernel and flush, switch transaction, announcement, append', wireMs);
    note(into, '  the rest: HTTP, JSON', agentMs - reserveMs - wireMs - switchWaitMs);
    note(into, 'the same as its client sees it, connection and all', ms - switchWaitMs);
    note(into, 'the wait for the switch', switchWaitMs);
    note(into, 'DEL asked of the agent', await askDel(node.socket, pod, containerId));
  }
  await node.stopAgent();
  const steps = await timeSteps(node, pods, size.rounds, goOn);
  const flushes = await timeFlushes(join(node.dir, 'state'), size.rounds);

  const table = (title: string, rows: Readonly<Record<string, ReadonlyArray<number>>>): Table => ({
    title,
    columns: sampleColumns,
    rows: Object.entries(rows).map(([name, sample]) => sampleRow(name, sample)),
  });
  const agentMs = timings[inAgent] ?? [];
  return {
    tables: [
      table('Where our time goes', timings),
      table("The agent's steps, one by one, each with its adapter and nothing else at work", {
        'disk: append a page and fdatasync': flushes,
        ...steps,
      }),
    ],
    figures: { agentAddMedianMs: rounded(median(agentMs)) },
  };
};
