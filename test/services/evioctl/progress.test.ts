import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { textFiles } from '../../../adapters/fs/text-files.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { dropAll } from '../../../services/evioctl/archive.ts';
import { watchRedaction } from '../../../services/evioctl/watch-redaction.ts';
import { closedEras, writeArchives } from '../../../services/evioctl/write-archive.ts';
import { progress } from '../../../services/progress.ts';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { writeEras } from '../../support/dropped.ts';
import { must } from '../../support/must.ts';
import { scratch } from './verify-scene.ts';

const watched = (watching: boolean) => {
  const lines: string[] = [];
  let now = 0;
  const terminal = { json: false as const, out: () => undefined, err: () => undefined };
  const line = progress(
    { ...terminal, ...(watching ? { draw: (text: string) => lines.push(text) } : {}) },
    { monotonicMs: () => now },
    1_000_000,
  );
  return {
    lines,
    at: (ms: number, done: number) => {
      now = ms;
      line.tick(done);
    },
    done: line.done,
  };
};

test('after two seconds a line says how far it is, ten times a second, and is cleared at the end', (t) => {
  const { lines, at, done } = watched(true);
  at(1999, 300_000);
  at(2000, 412_000);
  at(2099, 413_000);
  at(2100, 500_000);
  done();
  t.deepEqual(lines, ['412,000 of 1,000,000 events  41 %', '500,000 of 1,000,000 events  50 %', '']);
});

test('what is over sooner draws nothing', (t) => {
  const { lines, at, done } = watched(true);
  at(1500, 1_000_000);
  done();
  t.deepEqual(lines, []);
});

test('nothing is drawn where nobody watches', (t) => {
  const { lines, at, done } = watched(false);
  at(5000, 1);
  done();
  t.deepEqual(lines, []);
});

/** A terminal, and a clock on which a second goes by whenever it is asked. */
const slow = () => {
  const lines: string[] = [];
  let now = 0;
  return {
    lines,
    terminal: {
      json: false as const,
      out: () => undefined,
      err: () => undefined,
      draw: (text: string) => lines.push(text),
    },
    clock: {
      now: () => '2026-03-01T00:00:00.000Z',
      monotonicMs: () => {
        now += 1000;
        return now;
      },
    },
  };
};

test('archive shows how many events are written and read back, of all, also where the files are there', async (t) => {
  const folder = scratch(t);
  const path = join(folder, 'ledger.db');
  const store = openAt(path);
  await writeEras(store);
  await store.close();
  const out = join(folder, 'archives');
  mkdirSync(out);
  const log = must(openSqliteReader(path));
  t.teardown(() => log.close());
  const eras = closedEras(log);
  const all = 2 * eras.reduce((sum, { revision }) => sum + revision + 1, 0);
  for (const _ of ['written', 'compared']) {
    const { lines, terminal, clock } = slow();
    const written = await writeArchives({ files, textFiles, sha256, clock }, terminal, log, out, eras);
    t.is(must(written).length, eras.length);
    const shown = lines.map((line) =>
      /^([\d,]+) of ([\d,]+) events written and read back {2}\d+ %$/.exec(line),
    );
    t.is(lines.at(-1), '');
    const count = (text = '') => Number(text.replaceAll(',', ''));
    const counts = shown.slice(0, -1).map((match) => [count(match?.[1]), count(match?.[2])] as const);
    t.true(counts.length > 1);
    t.deepEqual(
      counts.map(([, of]) => of),
      counts.map(() => all),
    );
    t.deepEqual(
      counts.map(([done]) => done),
      counts.map(([done]) => done).toSorted((a, b) => a - b),
    );
    t.is(counts.at(-1)?.[0], all);
  }
});

test('redact shows how far the agent is, and gives its answer; one of before tells nothing', async (t) => {
  const redacting = async (body: unknown, status: number) => {
    const { lines, terminal, clock } = slow();
    let questions = 0;
    let answer: (words: string) => void = () => undefined;
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const call = (method: string, path: string) => {
      t.is(`${method} ${path}`, 'GET /v1/redact');
      questions += 1;
      if (questions === 4 || status !== 200) answer('done');
      return TE.fromEither(E.right({ status, body }));
    };
    const timer = { sleep: () => Promise.resolve() };
    const words = await watchRedaction({ agent: () => ({ call }), clock, timer }, terminal, answered);
    return { lines, words };
  };
  const { lines, words } = await redacting({ looked: { done: 300_000, of: 1_000_000 } }, 200);
  t.is(words, 'done');
  t.is(lines[0], '300,000 of 1,000,000 events looked through  30 %');
  t.is(lines.at(-1), '');
  t.deepEqual(await redacting({}, 404), { lines: [], words: 'done' });
});

test('archive --drop shows how many eras are dropped while even the first takes its time', async (t) => {
  const { lines, terminal, clock } = slow();
  const dropped = Promise.withResolvers<void>();
  const call = (method: string, path: string) => async () => {
    t.is(`${method} ${path}`, 'POST /v1/drop-era');
    await dropped.promise;
    return E.right({ status: 200, body: {} });
  };
  let sleeps = 0;
  const sleep = async () => {
    sleeps += 1;
    if (sleeps === 4) dropped.resolve();
  };
  const openLogToWrite = () => {
    throw new Error('the agent has the log');
  };
  const context = {
    agent: () => ({ call }),
    clock,
    timer: { sleep },
    openLogToWrite,
    logPath: () => '',
    files,
  };
  const era = {
    stream: 'host-evio:node-1:1',
    revision: 9,
    hash: 'ab',
    archive: 'cd',
    path: '',
    events: 10,
    audited: -1,
  };
  t.true(E.isRight(await dropAll(context, terminal, [era])));
  t.is(lines[0], '0 of 1 eras dropped  0 %');
  t.is(lines.at(-1), '');
});
