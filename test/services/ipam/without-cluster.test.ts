import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerOf } from '../../support/ipam.ts';
import { eventually } from '../../support/node.ts';
import { sharedIpamNode } from './beside-host-local.ts';

/*
 * Where no cluster says who reads along, ends of eras and redactions were once refused as if the oldest program did.
 */

const scene = sharedIpamNode(test, 'ipam-alone');

const play = async (command: string, containerId: string, args?: string) =>
  answerOf(
    await scene().call(
      'evio-ipam',
      command,
      'lan',
      { subnet: '10.1.2.0/29' },
      { containerId, ...(args === undefined ? {} : { args }) },
    ),
  );

const addressOf = async (containerId: string, args?: string): Promise<unknown> => {
  const { result } = await play('ADD', containerId, args);
  return (result as { readonly ips: ReadonlyArray<{ readonly address: string }> }).ips[0]?.address;
};

const ask = (...args: ReadonlyArray<string>) => {
  const { node } = scene();
  return node.evioctl('--log', join(node.dir, 'state', 'ledger.db'), ...args);
};

test.serial('its log is redacted', async (t) => {
  const named = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-secret';
  t.is(await addressOf('a', named), '10.1.2.2/29');
  t.regex((await ask('export')).out, /web-secret/);
  const done = await ask('redact', '--pod', 'shop/web-secret', '--reason', 'request 4711');
  t.deepEqual([done.code, done.err], [0, '']);
  t.notRegex((await ask('export')).out, /web-secret/);
});

test.serial('an era ends, carries what is held, and goes out of the log', async (t) => {
  const { node } = scene();
  t.is(await addressOf('b'), '10.1.2.3/29');
  const closed = await ask('era', 'close');
  t.deepEqual([closed.code, closed.err], [0, '']);
  const out = join(node.dir, 'archives');
  await mkdir(out);
  const dropped = await eventually('the allocator is past the era', async () => {
    const tried = await ask('archive', '--out', out, '--drop');
    return tried.code === 0 ? tried : undefined;
  });
  t.regex(dropped.out, /and not in the log any more\n$/);
  t.is(await addressOf('c'), '10.1.2.4/29');
  await node.stopAgent('SIGKILL');
  await node.startAgent();
  t.is((await play('DEL', 'a')).code, 0);
  t.deepEqual(Object.keys(await scene().files('evio-ipam', 'lan')), [
    '10.1.2.3',
    '10.1.2.4',
    'last_reserved_ip.0',
  ]);
  const verified = await ask('verify');
  t.deepEqual([verified.code, verified.err], [0, '']);
});
