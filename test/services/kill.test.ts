import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import { verifyLog } from '../../domain/verify/verify-log.ts';
import { killHard } from '../adapters/sqlite/child.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { openKeptHost, stream } from '../support/kept-host.ts';
import { readLog } from '../support/log-reader.ts';
import { must } from '../support/must.ts';
import { run } from '../support/run.ts';

const rounds = 200;

type Writer = {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
  readonly printed: () => string;
};

/** The writer as one file: it starts in a quarter of the time, and starting is most of a round. */
const bundleWriter = async (folder: string): Promise<string> => {
  const bun = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url));
  const [source, bundle] = [join(import.meta.dirname, 'killed-writer.ts'), join(folder, 'writer.mjs')];
  await run(bun, 'build', source, '--target=node', `--outfile=${bundle}`);
  return bundle;
};

const startWriter = (t: ExecutionContext, bundle: string, path: string, seed: number): Writer => {
  const child = fork(bundle, [path, String(seed)], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return { child, ready: once(child, 'message'), printed: () => printed };
};

/** The log is whole, holds what was acknowledged, and a start with the snapshot finds what folding it gives. */
const check = async (
  t: ExecutionContext,
  path: string,
  acknowledged: ReadonlySet<string>,
): Promise<boolean> => {
  const store = openAt(path);
  const folded = await readLog(store, stream, hostEvents, decider, sha256);
  const { host, said } = await openKeptHost(store, path);
  t.is(hostStateCodec.encode(host.state()), hostStateCodec.encode(folded.state()));
  t.is(host.revision(), folded.revision());
  t.deepEqual(
    [...acknowledged].filter((id) => !folded.has(id)),
    [],
  );
  await host.keep(1);
  await store.close();
  const log = must(openSqliteReader(path));
  const { breach } = verifyLog(sha256, log, () => undefined);
  log.close();
  t.is(breach, undefined, 'the chains of stream and log are whole, and every law holds');
  return said.length === 0;
};

test(`a host killed ${rounds} times, at any moment, loses no acknowledged event, and no snapshot misleads the next`, async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'ledger.db');
  const bundle = await bundleWriter(folder);
  const acknowledged = new Set<string>();
  let kept = 0;
  // The next ones get ready while one lives.
  const waiting = [0, 1].map((round) => startWriter(t, bundle, path, round));
  for (let round = 0; round < rounds; round += 1) {
    const writer = waiting.shift();
    if (writer === undefined) return t.fail();
    waiting.push(startWriter(t, bundle, path, round + 2));
    await writer.ready;
    const open = once(writer.child, 'message');
    const first = writer.child.stdout && once(writer.child.stdout, 'data');
    writer.child.send('go');
    // Some are killed while they open the log, some while they write it for the first time, some later.
    if (round % 3 > 0) await open;
    if (round % 3 > 1) await first;
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 30));
    const drained = writer.child.stdout && once(writer.child.stdout, 'close');
    await killHard(writer.child);
    await drained;
    for (const id of writer.printed().split('\n').slice(0, -1)) acknowledged.add(id);
    if (round % 10 === 9 && (await check(t, path, acknowledged))) kept += 1;
  }
  t.true(acknowledged.size >= Math.floor(rounds / 3), `${acknowledged.size} events`);
  t.true(kept >= rounds / 10 - 1, `${kept} starts from a snapshot`);
});
