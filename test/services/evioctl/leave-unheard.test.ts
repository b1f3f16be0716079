import test from 'ava';
import { serve, socketPath } from '../../adapters/http/serving.ts';
import { evioctl } from './verify-scene.ts';

const left = { node: 'node-1', attached: 0, reserved: 0, leaving: true };
const ledger = { ledger: 'ledger:2113', lagSeconds: 9 };

test('a node that gave its lease back is not to be wiped while its ledger will never hear of it', async (t) => {
  const socket = await socketPath(t);
  const words = 'stopped: this log is older than its copy in the ledger';
  await serve(t, socket, async () => ({
    status: 200,
    body: { ...left, ledger: { ...ledger, state: 'stopped', words, lagEvents: 2 } },
  }));
  const ended = await evioctl('--socket', socket, 'leave', '--watch', '0.1');
  t.is(ended.code, 1);
  t.regex(
    ended.out,
    /^node-1 has given its lease back, which the ledger will not hear of: keep this machine .*older than its copy/,
  );
});

test('a ledger that has all of it and is away now has heard of it', async (t) => {
  const socket = await socketPath(t);
  await serve(t, socket, async () => ({
    status: 200,
    body: { ...left, ledger: { ...ledger, state: 'waiting', words: 'waiting', lagEvents: 0 } },
  }));
  const ended = await evioctl('--socket', socket, 'leave', '--watch', '0.1');
  t.deepEqual([ended.code, ended.out], [0, 'node-1 has given its lease back\n']);
});

test('while it has pods and its lease, its word is taken, whatever its ledger hears', async (t) => {
  const socket = await socketPath(t);
  await serve(t, socket, async () => ({
    status: 200,
    body: {
      ...left,
      attached: 2,
      lease: { subnets: ['10.244.1.0/24'] },
      ledger: { ...ledger, state: 'stopped', words: 'stopped', lagEvents: 2 },
    },
  }));
  const ended = await evioctl('--socket', socket, 'leave');
  t.is(ended.code, 0, ended.err);
  t.regex(ended.out, /when the last of 2 attachments is gone/);
});
