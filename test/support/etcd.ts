import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freePort } from './free-port.ts';
import { eventually } from './node.ts';
import { run } from './run.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export type Etcd = { readonly endpoint: string; readonly put: (key: string, value: string) => Promise<void> };

/** A real etcd of this test's own. */
export const startEtcd = async (t: Pick<ExecutionContext, 'teardown'>): Promise<Etcd> => {
  await run('etcd', '--version');
  const folder = await mkdtemp(join(tmpdir(), 'evio-etcd-'));
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  const child: ChildProcess = spawn(
    'etcd',
    [
      ...['--data-dir', folder, '--log-level', 'error', '--unsafe-no-fsync'],
      ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
      ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
      ...['--initial-cluster', `default=${peers}`],
    ],
    { stdio: 'ignore' },
  );
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });
  await eventually('etcd answers', async () => {
    if (child.exitCode !== null) throw new Error(`etcd ended with ${child.exitCode}`);
    const health = await fetch(`${endpoint}/health`).catch(() => undefined);
    return health?.ok === true ? true : undefined;
  });
  return {
    endpoint,
    put: async (key, value) => {
      const body = JSON.stringify({ key: base64(key), value: base64(value) });
      const answer = await fetch(`${endpoint}/v3/kv/put`, { method: 'POST', body });
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
};
