import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { taskEither as TE } from 'fp-ts';
import { timer } from '../../../adapters/system/timer.ts';
import { whoHadThread } from '../../../adapters/system/who-had-thread.ts';
import type { AskWhoHad } from '../../../domain/port/ask-who-had.ts';
import { collect, realClock } from '../../contract/event-store/support.ts';
import { programOf } from '../../support/program.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { plainAddress, serveLog } from '../../support/wire.ts';
import { guarded } from '../ledger/guarded-server.ts';
import { ledgerScene } from './ledger-scene.ts';

const program = new URL('../../../services/past/main.ts', import.meta.url);

const byIndex = (path: string): AskWhoHad => whoHadThread(program, path);

/** The scene's log behind a server that answers by its index, or as `answers` has it. */
const servedScene = async (t: ExecutionContext, answers = byIndex) => {
  const scene = await ledgerScene(t);
  const { log, path } = scene;
  const options = { whoHad: answers(path) };
  const server = await serveLog(log.clients, realClock, options);
  t.teardown(() => server.close(100));
  const added = (await collect(log.readAll())).filter(({ type }) => type === 'PodAdded')[20];
  const { address } = JSON.parse(added?.payload ?? '').addresses[0];
  return { ...scene, server: plainAddress(server.port), address, at: added?.recordedAt ?? '' };
};

test('who-had is answered by the index that the ledger keeps: the same, and nothing is copied', async (t) => {
  const { evioctl, server, path, cache, address, at } = await servedScene(t);
  for (const question of [
    ['who-had', address, '--at', at],
    ['--json', 'who-had', address, '--at', at],
    ['--ndjson', 'who-had', address, '--between', '2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'],
  ]) {
    const overWire = await evioctl('--ledger', server, ...question);
    t.deepEqual(overWire, await evioctl('--ledger', `sqlite:${path}`, ...question), question.join(' '));
    t.is(overWire.code, 0);
    t.true(overWire.out.includes(address));
  }
  const misspelt = await evioctl('--ledger', server, 'who-had', '10.244.0');
  t.deepEqual([misspelt.code, /is not an address/.test(misspelt.err)], [1, true]);
  t.false(existsSync(cache));
  // What lies in an archive here the ledger has not.
  const archived = await evioctl('--ledger', server, '--archive', `${path}-none`, 'who-had', address);
  t.deepEqual([archived.code, /ledger\.db-none/.test(archived.err)], [1, true]);
});

test('a server that does not answer who-had, or cannot, is read into a mirror, and the answer is the same', async (t) => {
  const reason = 'its disk is full';
  const { evioctl, server, wire, path, cache, address, at } = await servedScene(
    t,
    () => () => TE.left({ type: 'not-answered', reason }),
  );
  const question = ['who-had', address, '--at', at];
  const here = await evioctl('--ledger', `sqlite:${path}`, ...question);
  t.deepEqual(await evioctl('--ledger', wire, ...question), here);
  t.true(existsSync(cache));
  const { err, ...told } = await evioctl('--ledger', server, ...question);
  t.deepEqual({ ...told, err: '' }, here);
  t.regex(err, /^the ledger has no answer of its own, so the log is read here: .*its disk is full\n$/);
});

test('a server that takes the connection and says nothing is given up, and not asked a second time for a mirror', async (t) => {
  let taken = 0;
  const silent = createServer((socket) => {
    taken += 1;
    socket.on('error', () => undefined);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const { evioctl } = await ledgerScene(t);
  const ledger = `${plainAddress((silent.address() as AddressInfo).port)}&defaultDeadline=500`;
  const { code, err } = await evioctl('--ledger', ledger, 'who-had', '10.244.0.2');
  t.is(code, 1);
  t.regex(err, /^error: the ledger esdb:\S+ cannot be reached: nothing was heard of it for 3 s\n/);
  t.is(taken, 1);
});

test('a server that is connected and makes its index is waited for longer', async (t) => {
  const { evioctl, server, path, cache, address, at } = await servedScene(
    t,
    (path) => (question) => () => timer.sleep(2000).then(byIndex(path)(question)),
  );
  const question = ['who-had', address, '--at', at];
  const answer = await evioctl('--ledger', `${server}&defaultDeadline=100`, ...question);
  t.deepEqual(answer, await evioctl('--ledger', `sqlite:${path}`, ...question));
  t.false(existsSync(cache));
});

test('who may read all streams of a ledger may ask it who had an address, and nobody else', async (t) => {
  const { folder, url, issue } = await guarded(t);
  const cache = join(folder, 'cache');
  const evioctl = await programOf('evioctl', false);
  const ask = (ledger: string) =>
    runToEnd([...evioctl, '--ledger', ledger, 'who-had', '10.244.0.2', '--at', '2026-11-20T10:00:00Z'], {
      env: { PATH: process.env['PATH'], TZ: 'UTC', XDG_CACHE_HOME: cache },
    });
  const auditor = await ask(url('siem', await issue('siem', 'auditor')));
  t.deepEqual([auditor.code, auditor.err], [0, '']);
  t.regex(auditor.out, /no pod held it/);
  t.false(existsSync(cache));
  const node = await ask(url('n1', await issue('n1', 'node', '--node', 'node-1', '--cluster', 'evio')));
  t.deepEqual([node.code, node.out], [1, '']);
  t.regex(node.err, /refuses access/);
});
