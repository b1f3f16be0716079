import test from 'ava';
import { either as E } from 'fp-ts';
import { conflist } from '../../../domain/cni/conflist.ts';
import { decodeConfig, readConfig } from '../../../domain/cni/network-config.ts';
import { isSupported } from '../../../domain/cni/version.ts';

const options = {
  network: 'evio',
  bridge: 'evio0',
  mtu: 1410,
  agentSocket: '/run/evio/agent.sock',
  queue: '/srv/evio/queue',
  portmap: true,
};

test('a runtime that knows 1.0.0 reads it, and one that knows more is told of more', (t) => {
  const list = JSON.parse(conflist(options));
  t.is(list.cniVersion, '1.0.0');
  t.deepEqual(list.cniVersions, ['1.0.0', '1.1.0']);
  t.true(list.cniVersions.every(isSupported));
  t.is(list.name, 'evio');
});

test('published ports are chained behind us where their plugin is there, and only there', (t) => {
  const types = (portmap: boolean) =>
    JSON.parse(conflist({ ...options, portmap })).plugins.map(({ type }: { type: string }) => type);
  t.deepEqual(types(true), ['evio', 'portmap']);
  t.deepEqual(types(false), ['evio']);
});

test('our plugin reads its own entry as the runtime passes it on', (t) => {
  const { name, cniVersion, plugins } = JSON.parse(conflist(options));
  const { capabilities, ...entry } = plugins[0];
  const raw = readConfig(JSON.stringify({ ...entry, capabilities, name, cniVersion }));
  if (E.isLeft(raw)) return t.fail(raw.left.msg);
  t.like(decodeConfig(raw.right, 'ADD', '1.0.0'), {
    _tag: 'Right',
    right: {
      network: 'evio',
      bridge: 'evio0',
      mtu: 1410,
      agentSocket: '/run/evio/agent.sock',
      queue: '/srv/evio/queue',
    },
  });
});

test('the same options give the same bytes, with a line’s end', (t) => {
  t.is(conflist(options), conflist({ ...options }));
  t.true(conflist(options).endsWith('}\n'));
});
