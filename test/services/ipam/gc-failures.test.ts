import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerOf } from '../../support/ipam.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

/*
 * GC goes on after a failure and says at the end what is left (CNI spec 1.1.0, GC).
 */

const scene = sharedIpamNode(test, 'ipam-gc');

const keys = { subnet: '10.1.2.0/24' };

const held = async (network: string): Promise<ReadonlyArray<string>> => {
  const { out } = await scene().node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson');
  const events = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const ids = new Set<string>();
  for (const { type, payload } of events)
    if (payload.network !== network) continue;
    else if (type === 'AddressesAllocated') ids.add(payload.containerId);
    else if (type === 'AddressesReleased') ids.delete(payload.containerId);
  return [...ids];
};

const add = async (network: string, containerId: string): Promise<void> => {
  const ended = await scene().call('evio-ipam', 'ADD', network, keys, { containerId });
  if (ended.code !== 0) throw new Error(ended.out);
};

/** The runtime still uses nothing. */
const collect = async (network: string, more: object = {}) =>
  answerOf(
    await scene().call(
      'evio-ipam',
      'GC',
      network,
      { ...keys, ...more },
      {
        ...{ containerId: 'none', cniVersion: '1.1.0' },
        more: { 'cni.dev/valid-attachments': [] },
      },
    ),
  );

test.serial('one whose file cannot be removed is named, and the others are released', async (t) => {
  const network = newNetwork();
  for (const id of ['a', 'b', 'c']) await add(network, id);
  // In the way of what would be removed.
  const file = join(scene().dataDir('evio-ipam'), network, '10.1.2.3');
  await rm(file);
  await mkdir(file);
  const refused = await collect(network);
  t.is(refused.error?.code, 5);
  t.regex(
    refused.error?.msg ?? '',
    new RegExp(`^1 of 3 attachments could not be deleted: ${network}/b/eth0: `),
  );
  t.deepEqual(await held(network), ['b']);

  await rmdir(file);
  t.deepEqual(await collect(network), { code: 0 });
  t.deepEqual(await held(network), []);
});

test.serial('a folder that cannot be read keeps nothing that lies in another', async (t) => {
  const network = newNetwork();
  for (const id of ['a', 'b']) await add(network, id);
  const refused = await collect(network, { dataDir: '/dev/null/networks' });
  t.is(refused.error?.code, 5);
  t.regex(refused.error?.msg ?? '', /\/dev\/null\/networks/);
  t.deepEqual(await held(network), []);
  t.deepEqual(await collect(network), { code: 0 });
});
