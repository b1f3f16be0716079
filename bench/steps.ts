import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { either as E, type taskEither as TE } from 'fp-ts';
import { openKernel } from '../adapters/kernel/open.ts';
import { openSwitch } from '../adapters/ovs/open.ts';
import { openSqliteStore } from '../adapters/sqlite/open.ts';
import { clock } from '../adapters/system/clock.ts';
import { ids } from '../adapters/system/ids.ts';
import { sha256 } from '../adapters/system/sha256.ts';
import { hostIfname } from '../domain/kernel/host-ifname.ts';
import type { PodWiring } from '../domain/port/kernel.ts';
import type { TestNode } from '../test/support/node.ts';
import { timeBarePair } from './bare-pair.ts';
import type { Pod } from './pods.ts';

type Steps = Record<string, number[]>;

const podAddress = '10.244.0.77';

const wiringOf = ({ netns }: Pod): PodWiring => {
  const attachment = { network: 'evio', containerId: randomUUID(), ifname: 'eth0' };
  const { dev: device, ino: inode } = statSync(netns);
  return {
    netnsPath: netns,
    netnsId: { device, inode },
    ifname: 'eth0',
    podMac: '0a:58:0a:f4:00:4d',
    hostIfname: hostIfname(sha256, attachment),
    hostMac: '0a:58:00:00:00:77',
    mtu: 1410,
    addresses: [podAddress],
    gateways: ['10.244.0.1'],
    checksumOffload: false,
    alias: `evio/${attachment.containerId}/eth0`,
  };
};

/** What one ADD and one DEL ask of kernel, switch and log, each awaited by itself, on a node whose agent is stopped. */
export const timeSteps = async (
  node: TestNode,
  pods: ReadonlyArray<Pod>,
  rounds: number,
  goOn: () => void,
): Promise<Readonly<Steps>> => {
  await using made = new AsyncDisposableStack();
  const kernel = await openKernel({ netnsPath: node.netns.path });
  made.defer(kernel.close);
  const ovs = openSwitch({ socketPath: node.ovs.socketPath });
  made.defer(ovs.close);
  const opened = openSqliteStore({ path: join(node.dir, 'probe.db'), clock, newLogId: ids.random, sha256 });
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  const log = opened.right;
  made.defer(log.close);

  const steps: Steps = {};
  const note = (name: string, ms: number): void => {
    steps[name] ??= [];
    steps[name].push(ms);
  };
  const timed = async <A>(name: string, step: TE.TaskEither<unknown, A>): Promise<A> => {
    const startedAt = performance.now();
    const outcome = await step();
    note(name, performance.now() - startedAt);
    if (E.isLeft(outcome)) throw new Error(`${name}: ${JSON.stringify(outcome.left)}`);
    return outcome.right;
  };
  const payload = JSON.stringify('x'.repeat(500));
  for (let round = 0; round < rounds; round++) {
    goOn();
    const pod = pods[round % pods.length];
    if (pod === undefined) continue;
    const wiring = wiringOf(pod);
    const event = { id: randomUUID(), type: 'Probe', payload, metadata: '{}', hash: sha256(String(round)) };
    const expectedRevision = round === 0 ? 'no-stream' : round - 1;
    await timed('log: append and flush', log.append({ stream: 'probe', expectedRevision, events: [event] }));
    await timed('kernel: look at the namespace', kernel.netns(pod.netns));
    note('kernel: the pair’s requests alone, as prepared bytes', timeBarePair(node.netns.path, wiring));
    await timed('kernel: create the pair', kernel.createPair(wiring));
    await timed('kernel: finish the pair', kernel.finishPair(wiring));
    const port = {
      bridge: 'evio0',
      name: wiring.hostIfname,
      protected: true,
      guarded: false,
      externalIds: {},
    };
    const { transactMs, waitMs } = await timed('switch: add the port', ovs.addPort(port, 10_000));
    note('  of it the transaction', transactMs);
    note('  of it the wait for the switch to forward', waitMs);
    await timed('kernel: announce', kernel.announcePod(wiring));
    await timed('switch: remove the port', ovs.removePort(wiring.hostIfname));
    await timed('kernel: detach', kernel.detachPod(wiring.hostIfname));
  }
  return steps;
};
