import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAgent } from '../adapters/http/client.ts';
import { queuedDelName, queuedDelText } from '../domain/cni/queued-del.ts';
import type { AllocationRow } from '../domain/projection/allocations.ts';
import type { TestNode } from '../test/support/node.ts';
import type { Bench, Section } from './bench.ts';
import { holdAddresses } from './hold-addresses.ts';
import { makeOurs } from './ours.ts';
import { ipBatch } from './pods.ts';
import { rounded } from './statistics.ts';
import { milliseconds } from './table.ts';

const heldBy = async ({ socket }: TestNode): Promise<ReadonlyArray<AllocationRow>> => {
  const answered = await connectAgent(socket).call('GET', '/v1/pods', undefined, 20_000)();
  if (answered._tag === 'Left') throw new Error(answered.left.reason);
  return (answered.right.body as { readonly pods: ReadonlyArray<AllocationRow> }).pods;
};

/** Links that bear our mark, as ADD leaves them; the other ends stay on the host. */
const makeLinks = (node: TestNode, rows: ReadonlyArray<AllocationRow>): Promise<void> =>
  ipBatch(
    rows.flatMap(({ hostIfname, network, containerId, ifname }, index) => [
      `link add ${hostIfname} type veth peer name held${index}`,
      `link set ${hostIfname} alias "evio-ledger ${network}/${containerId}/${ifname}"`,
    ]),
    ...['-netns', node.netns.name],
  );

/** And their rows in the switch's database. */
const makePorts = async (node: TestNode, rows: ReadonlyArray<AllocationRow>): Promise<void> => {
  const words = rows.flatMap(({ hostIfname }) => [
    ...['--', 'add-port', 'evio0', hostIfname],
    ...['--', 'set', 'port', hostIfname, 'external_ids:owner=evio-ledger'],
  ]);
  await node.ovs.vsctl('--no-wait', ...words);
};

const queueAll = async (node: TestNode, rows: ReadonlyArray<AllocationRow>): Promise<void> => {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  for (const { network, containerId, ifname, netns: path } of rows) {
    const attachment = { network, containerId, ifname };
    const time = new Date().toISOString();
    const text = queuedDelText({ attachment, requestId: randomUUID(), bootId, time, netns: { path } });
    await writeFile(join(node.queue, queuedDelName(attachment) ?? ''), text);
  }
};

/** By the agent's own account; its start has other things to do besides. */
const drained = async (node: TestNode): Promise<{ readonly done: number; readonly ms: number }> => {
  for (const line of (await node.agentLog()).split('\n')) {
    if (!line.includes('the queue of DELs was drained')) continue;
    return JSON.parse(line) as { readonly done: number; readonly ms: number };
  }
  throw new Error('the agent has drained nothing');
};

/** An agent starts behind an outage in which a thousand pods ended: their links and ports are there, their DELs wait. */
export const measureDrain = async ({ size, progress, goOn }: Bench): Promise<Section> => {
  await using made = new AsyncDisposableStack();
  const node = await makeOurs('drain', 19, made);
  const { hostStream } = await node.status();
  await node.stopAgent();
  await holdAddresses(join(node.dir, 'state'), hostStream, size.queued);
  goOn();
  await node.startAgent();
  const rows = await heldBy(node);
  await node.stopAgent();
  progress(`drain: ${rows.length} links and ports`);
  await makeLinks(node, rows);
  await makePorts(node, rows);
  goOn();
  await queueAll(node, rows);
  const startedAt = performance.now();
  await node.startAgent();
  const startMs = performance.now() - startedAt;
  const { done, ms } = await drained(node);
  if (done !== rows.length || (await heldBy(node)).length > 0)
    throw new Error(`${done} of ${rows.length} queued DELs were done`);
  const left = (await node.ovs.vsctl('--no-wait', 'list-ports', 'evio0')).trim();
  if (left !== '') throw new Error(`ports were left: ${left}`);
  return {
    tables: [
      {
        title: `${done} queued DELs at the agent's start, with links and ports`,
        columns: ['', 'ms'],
        rows: [
          ['the queue drained', milliseconds(ms)],
          ['start until it answers', milliseconds(startMs)],
        ],
      },
    ],
    figures: { drain1000Ms: rounded((ms / done) * 1000) },
  };
};
