import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { seal } from '../../../domain/chain.ts';
import type { Ended } from '../../support/node.ts';
import { assertSound, eventuallyReaches, sharedScene } from '../../support/scene.ts';

const scene = sharedScene(test);

type Refused = { readonly message: string; readonly remedy: string };

/** What the agent said last. */
const lastWords = ({ err }: Ended): Refused => JSON.parse(err.trim().split('\n').at(-1) ?? '') as Refused;

const logOf = (folder: string): string => path(folder, 'ledger.db');

/** A state folder of its own, with something in the place of the log. */
const folderWith = async (name: string, fill: (log: string) => Promise<void> | void): Promise<string> => {
  const folder = path(scene().node.dir, name);
  await mkdir(folder, { mode: 0o700 });
  await fill(logOf(folder));
  return folder;
};

const runWith = (folder: string): Promise<Ended> => {
  const { node } = scene();
  return node.runAgent('--state-dir', folder, '--socket', path(node.dir, 'other-run', 'agent.sock'));
};

test.serial(
  'a second agent on the same socket is refused, writes no log, and the first goes on',
  async (t) => {
    const { node, makePod, add, log } = scene();
    const pod = await makePod();
    await add(pod);
    const before = (await log()).length;
    const folder = path(node.dir, 'second');
    const ended = await node.runAgent('--state-dir', folder);
    t.is(ended.code, 1);
    t.like(lastWords(ended), { message: `another agent answers on ${node.socket}` });
    t.regex(lastWords(ended).remedy, /stop the other/);
    t.deepEqual(await readdir(folder).catch(() => []), [], 'it went on before it looked');
    t.is((await log()).length, before);
    await eventuallyReaches(pod, '10.244.0.1');
    await assertSound(t, scene());
  },
);

test.serial('a second agent on the same log is refused by the process id of the first', async (t) => {
  const { node, log } = scene();
  const before = await log();
  const ended = await runWith(path(node.dir, 'state'));
  t.is(ended.code, 1);
  t.is(
    lastWords(ended).message,
    `the log ${logOf(path(node.dir, 'state'))} is in use by process ${node.agentPid()}`,
  );
  t.deepEqual(await log(), before);
});

for (const [what, fill, words] of [
  [
    'is no database',
    (log: string) => writeFile(log, 'remember the milk\n'.repeat(500)),
    /not an SQLite database/,
  ],
  ['is empty', (log: string) => writeFile(log, ''), /empty/],
  [
    'is another program’s database',
    (log: string) => {
      const db = new DatabaseSync(log);
      db.exec('CREATE TABLE things (x); INSERT INTO things VALUES (1)');
      db.close();
    },
    /another program/,
  ],
] as const) {
  test.serial(`a log that ${what} is refused by name and left as it is`, async (t) => {
    const folder = await folderWith(`foreign-${what.replace(/\W+/g, '-')}`, fill);
    const before = { bytes: await readFile(logOf(folder)), changed: (await stat(logOf(folder))).mtimeMs };
    const ended = await runWith(folder);
    t.is(ended.code, 1);
    t.regex(lastWords(ended).message, words);
    t.true(lastWords(ended).message.includes(logOf(folder)));
    t.true(lastWords(ended).remedy.length > 10);
    t.deepEqual(
      { bytes: await readFile(logOf(folder)), changed: (await stat(logOf(folder))).mtimeMs },
      before,
    );
  });
}

test.serial(
  'a log with an event of a newer release is refused by the name of the event, and not added to',
  async (t) => {
    const { node, ask } = scene();
    const { hostStream } = await ask<{ readonly hostStream: string }>('GET', '/v1/status');
    const state = path(node.dir, 'state');
    await node.stopAgent();
    const open = () => {
      const opened = openSqliteStore({ path: logOf(state), clock, newLogId: ids.random, sha256 });
      if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left));
      return opened.right;
    };
    const store = open();
    const headOf = async (log: typeof store) => {
      const found = await log.head(hostStream)();
      if (found._tag === 'Left' || found.right === undefined) throw new Error('there is no such stream');
      return found.right;
    };
    const head = await headOf(store);
    const metadata = {
      ...{ schema: 1, time: clock.now(), actor: 'agent', incarnation: store.identity.logId },
      ...{ $causationId: ids.random(), $correlationId: ids.random() },
    };
    const events = seal(sha256, hostStream, head, [
      { id: ids.random(), type: 'PodMigrated', payload: '{}', metadata },
    ]);
    const appended = await store.append({
      stream: hostStream,
      expectedRevision: head.revision,
      events,
      durability: 'fsync',
    })();
    t.is(appended._tag, 'Right');
    await store.close();

    const ended = await node.runAgent();
    t.is(ended.code, 1);
    t.like(lastWords(ended), {
      message: 'the log holds PodMigrated version 1, which this program does not know',
      remedy: 'upgrade evio-agent; the log was left as it is',
    });
    const again = open();
    t.is((await headOf(again)).revision, head.revision + 1);
    await again.close();
  },
);
