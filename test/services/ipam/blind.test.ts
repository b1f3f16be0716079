import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerOf, type IpamCall } from '../../support/ipam.ts';
import { makeNetns } from '../../support/netns.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

/*
 * An agent that was started without the host's /run/netns or without the dataDir sees neither files nor namespaces of pods that live.
 */

const scene = sharedIpamNode(test, 'ipam-blind');

const onNetwork = (network = newNetwork()) => {
  const { call, dataDir, files } = scene();
  const play = async (command: string, containerId: string, more: Partial<IpamCall> = {}) =>
    answerOf(await call('evio-ipam', command, network, { subnet: '10.1.2.0/29' }, { containerId, ...more }));
  return {
    play,
    add: async (containerId: string, netns: string): Promise<string | undefined> => {
      const { result } = await play('ADD', containerId, { netns });
      return (result as { readonly ips?: ReadonlyArray<{ readonly address: string }> })?.ips?.[0]?.address;
    },
    files: () => files('evio-ipam', network),
    removeFolder: () => rm(join(dataDir('evio-ipam'), network), { recursive: true }),
  };
};

const linesOf = async (part: string): Promise<ReadonlyArray<string>> =>
  (await scene().node.agentLog()).split('\n').filter((line) => line.includes(part));

const released = async (): Promise<ReadonlyArray<string>> => {
  const { out } = await scene().node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson');
  return out
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    .filter(({ type }) => type === 'AddressesReleased')
    .map(({ payload }) => `${payload.containerId} ${payload.reason}`);
};

test.serial('blind, it releases nothing at any look; sighted, what is gone at the second', async (t) => {
  const { node } = scene();
  const { add, play, files, removeFolder } = onNetwork();
  const [one, two] = await Promise.all(['ipam-blind-1', 'ipam-blind-2'].map(makeNetns));
  if (one === undefined || two === undefined) throw new Error('there are no pods');
  t.teardown(() => Promise.all([one, two].map((pod) => pod.remove().catch(() => undefined))));
  t.is(await add('a', one.path), '10.1.2.2/29');
  t.is(await add('b', two.path), '10.1.2.3/29');
  await node.stopAgent();
  await removeFolder();

  node.hideNetns(true);
  await node.startAgent();
  t.is((await play('DEL', 'nobody')).code, 0);
  t.is(await add('c', one.path), '10.1.2.4/29', 'nobody gets the address of a live pod');
  t.is((await play('CHECK', 'nobody')).code, 1);
  t.deepEqual(await released(), []);
  const [said, ...again] = await linesOf('neither files nor namespaces');
  t.deepEqual([said === undefined ? undefined : JSON.parse(said).attachments, again], [2, []]);
  await node.stopAgent();

  node.hideNetns(false);
  await two.remove();
  await node.startAgent();
  t.deepEqual(Object.keys(await files()), ['10.1.2.2', '10.1.2.4', 'last_reserved_ip.0']);
  t.deepEqual(await released(), [], 'one look is none');
  t.is((await play('DEL', 'nobody')).code, 0);
  t.deepEqual(await released(), ['b elsewhere']);
});

test.serial('what was made anew between two looks is not what was gone at the first', async (t) => {
  const { add, play, removeFolder } = onNetwork();
  const pod = await makeNetns('ipam-blind-3');
  t.teardown(() => pod.remove());
  t.is(await add('seen', pod.path), '10.1.2.2/29');
  const before = (await released()).length;
  t.is(await add('d', '/dev/null'), '10.1.2.3/29');
  await removeFolder();
  await play('DEL', 'nobody');
  await play('DEL', 'd');
  t.is(await add('d', '/dev/null'), '10.1.2.4/29');
  await removeFolder();
  await play('DEL', 'nobody');
  t.deepEqual((await released()).slice(before), ['d deleted']);
  await play('DEL', 'nobody');
  t.deepEqual((await released()).slice(before), ['d deleted', 'd elsewhere']);
});

test.serial(
  'on a node whose pods are all gone the ADD’s own namespace tells that it is not blind',
  async (t) => {
    const { add, play, removeFolder } = onNetwork();
    const pod = await makeNetns('ipam-blind-4');
    t.teardown(() => pod.remove());
    t.is(await add('gone', '/dev/null'), '10.1.2.2/29');
    const before = (await released()).length;
    await removeFolder();
    await play('DEL', 'nobody');
    await play('DEL', 'nobody');
    t.deepEqual((await released()).slice(before), []);
    t.is(await add('new', pod.path), '10.1.2.3/29');
    t.deepEqual((await released()).slice(before), ['gone elsewhere']);
  },
);
