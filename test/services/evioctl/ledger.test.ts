import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { ids } from '../../../adapters/system/ids.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { surveyOf } from '../../../services/ledger/survey.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { collect, realClock, sha256 } from '../../contract/event-store/support.ts';
import { drop, writeEras } from '../../support/dropped.ts';
import { must } from '../../support/must.ts';
import { type Ended, runToEnd } from '../../support/node.ts';
import { plainAddress, serveLog } from '../../support/wire.ts';
import { ledgerScene, script } from './ledger-scene.ts';
import { makeKey } from './verify-scene.ts';

/** How long it took, and where it went, is nobody's answer. */
const lasting = (text: string, out: string): string =>
  text
    .replaceAll(out, 'OUT')
    .replace(/"seconds": ?[\d.e-]+/g, '"seconds": 0')
    .replace(/\b[\d.]+ (ms|s)\b/g, '0 s');

/** Questions that this log has answers to. */
const questionsTo = async (log: EventStore): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const added = (await collect(log.readAll())).filter(({ type }) => type === 'PodAdded')[20];
  const { addresses, pod } = JSON.parse(added?.payload ?? '');
  const at = added?.recordedAt ?? '';
  return [
    ['leases'],
    ['--json', 'leases', '--at', at],
    ['pods'],
    ['--json', 'pods'],
    ['pods', '--at', at],
    ['--ndjson', 'pods', '--as-of', '200'],
    ['who-had', addresses[0].address, '--at', at],
    ['--json', 'history', `${pod.namespace}/${pod.name}`],
    ['diff', '@40', '@90'],
    ['log', '--limit', '1000'],
    ['--json', 'log', '--from', '3', '--limit', '4'],
    ['--json', 'verify'],
    ['verify'],
    ['anchor', '--key', 'KEY'],
    ['anchor', '--key', 'KEY', '--stream', 'orders'],
    ['replay', '--out', 'OUT'],
    ['export'],
    ['simulate-plan', '--pod-cidr', '10.64.0.0/12', '--node-bits', '8'],
  ];
};

test('every question to the log has the same answer from a file and over the wire', async (t) => {
  const { folder, path, evioctl, wire, log } = await ledgerScene(t);
  await makeKey(folder);
  const filesIn = (out: string): ReadonlyArray<string> =>
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const questions = await questionsTo(log);
  // Some at a time: each is a process of its own, twice.
  const answered = async (question: ReadonlyArray<string>): Promise<void> => {
    const ask = async (ledger: string, out: string): Promise<Ended & { readonly files: unknown }> => {
      const asked = question.map((word) =>
        word === 'OUT' ? out : word === 'KEY' ? join(folder, 'node.key') : word,
      );
      const { code, out: said, err } = await evioctl('--ledger', ledger, ...asked);
      return {
        code,
        err,
        out: lasting(said, out),
        files: question.includes('OUT') && code === 0 ? filesIn(out) : [],
      };
    };
    const fromFile = await ask(`sqlite:${path}`, join(folder, `file-${question[0]}`));
    const overWire = await ask(wire, join(folder, `wire-${question[0]}`));
    t.is(fromFile.code, 0, `${question.join(' ')}: ${fromFile.err}`);
    t.not(fromFile.out, '', question.join(' '));
    t.deepEqual(overWire, fromFile, question.join(' '));
  };
  for (let first = 0; first < questions.length; first += 3)
    await Promise.all(questions.slice(first, first + 3).map(answered));
});

test('beside a log on another machine no key is looked for: the anchor wants one by name', async (t) => {
  const { evioctl, wire } = await ledgerScene(t);
  const { code, err } = await evioctl('--ledger', wire, 'anchor');
  t.is(code, 1);
  t.regex(err, /no key stands beside a log on another machine\n.*--key/);
  t.false(err.includes('.cache'));
});

/** A log with closed eras behind our server; and evioctl, whose cache has a name. */
const erasScene = async (t: ExecutionContext) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'ledger.db');
  const log = openAt(path);
  const closed = await writeEras(log);
  must(await identifyLog({ store: log, clock: realClock, ids, sha256 }, surveyOf(openSqliteReader)(path)));
  const server = await serveLog(log.clients, realClock);
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  const ask = (cache: string, ledger: string, ...args: ReadonlyArray<string>): Promise<Ended> =>
    runToEnd([process.execPath, script, '--ledger', ledger, ...args], {
      env: { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, cache) },
    });
  return { folder, path, log, closed, ask, wire: plainAddress(server.port) };
};

test('closed eras are archived over the wire as from the file, byte for byte', async (t) => {
  const { folder, path, closed, ask, wire } = await erasScene(t);
  const archive = async (ledger: string, name: string) => {
    const out = join(folder, name);
    mkdirSync(out);
    const { code, out: said, err } = await ask('cache', ledger, 'archive', '--out', out);
    t.is(code, 0, err);
    return {
      said: lasting(said, out),
      files: readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]),
    };
  };
  const fromFile = await archive(`sqlite:${path}`, 'file');
  t.is(fromFile.files.length, closed.length);
  t.deepEqual(await archive(wire, 'wire'), fromFile);
});

test('what was dropped cannot be read over the wire any more: who read it before reads on, others are told where to ask', async (t) => {
  const { log, closed, ask, wire } = await erasScene(t);
  const before = await ask('before', wire, 'pods');
  t.is(before.code, 0, before.err);
  for (const stream of closed) await drop(log, stream);
  t.deepEqual(await ask('before', wire, 'pods'), before);
  const { code, err } = await ask('behind', wire, 'pods');
  t.is(code, 1);
  t.regex(
    err,
    /cannot be mirrored: the events of positions \d+ to \d+ are archived and not there any more\n +ask on its own machine/,
  );
});
