import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { append, events } from '../../contract/event-store/support.ts';
import { type Ended, runToEnd } from '../../support/node.ts';

const root = resolve(import.meta.dirname, '../../..');
const script = join(root, 'services/evioctl/main.ts');
const golden = join(root, 'test/golden/log-v1.ndjson');
const exported = readFileSync(golden, 'utf8');
const lines = exported.trimEnd().split('\n');

const evioctl = (...args: ReadonlyArray<string>): Promise<Ended> =>
  runToEnd([process.execPath, script, ...args], { env: { PATH: process.env['PATH'] } });

test('what is imported is exported again to the same bytes, beside whoever writes', async (t) => {
  const folder = scratchFolder(t);
  const log = join(folder, 'log.db');
  const into = await evioctl('--json', 'import', golden, '--into', log);
  t.is(into.code, 0, into.err);
  const { logId, epoch, events: count } = JSON.parse(lines[0] ?? '');
  t.deepEqual(JSON.parse(into.out), { into: log, logId, epoch, events: count });

  const store = openAt(log);
  t.teardown(store.close);
  t.is((await evioctl('--log', log, 'export')).out, exported);
  const out = join(folder, 'out.ndjson');
  t.deepEqual(await evioctl('--log', log, 'export', '--out', out), {
    code: 0,
    out: `${count} events from position 0 on in ${out}\n`,
    err: '',
  });
  t.is(readFileSync(out, 'utf8'), exported);
  const part = await evioctl('--log', log, 'export', '--from', '5');
  t.deepEqual(part.out.trimEnd().split('\n').slice(1), lines.slice(6));
  t.deepEqual(JSON.parse(part.out.split('\n')[0] ?? ''), {
    ...JSON.parse(lines[0] ?? ''),
    from: 5,
    events: count - 5,
  });
});

test('an empty log is exported and imported', async (t) => {
  const folder = scratchFolder(t);
  const log = join(folder, 'log.db');
  await openAt(log).close();
  const out = join(folder, 'out.ndjson');
  t.is((await evioctl('--log', log, 'export', '--out', out)).code, 0);
  const copy = join(folder, 'copy.db');
  t.is((await evioctl('import', out, '--into', copy)).code, 0);
  t.is((await evioctl('--log', copy, 'export')).out, readFileSync(out, 'utf8'));
});

test('a log of more than one page is exported whole, and a reader that goes away ends it', async (t) => {
  const folder = scratchFolder(t);
  const log = join(folder, 'log.db');
  const store = openAt(log);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2500) });
  await store.close();
  const whole = await evioctl('--log', log, 'export');
  t.is(whole.out.split('\n').length, 2502);
  const first = await runToEnd([
    'sh',
    '-c',
    `"$0" "$1" --log "$2" export | head -n 1`,
    process.execPath,
    script,
    log,
  ]);
  t.deepEqual(first, { code: 0, out: `${whole.out.split('\n')[0]}\n`, err: '' });
});

test('nothing that is there is replaced', async (t) => {
  const folder = scratchFolder(t);
  const file = join(folder, 'kept.ndjson');
  copyFileSync(golden, file);
  const log = join(folder, 'log.db');
  t.is((await evioctl('import', golden, '--into', log)).code, 0);
  const before = readFileSync(log);

  const out = await evioctl('--log', log, 'export', '--out', file);
  t.deepEqual([out.code, out.err.split('\n')[0]], [1, `error: --out ${file} is there already`]);
  for (const there of [log, file, folder]) {
    const into = await evioctl('import', golden, '--into', there);
    t.is(into.code, 1);
    t.true(into.err.startsWith(`error: --into ${there}: `), into.err);
  }
  t.true(readFileSync(log).equals(before));
  t.is(readFileSync(file, 'utf8'), exported);
  t.is((await evioctl('import', golden, '--into', join(folder, 'none/log.db'))).code, 1);
});

const damaged: ReadonlyArray<readonly [string, string | Buffer, RegExp]> = [
  ['cut off', exported.slice(0, exported.length / 2), /, line 1\d: it is not JSON$/m],
  [
    'cut off behind a line',
    `${lines.slice(0, 9).join('\n')}\n`,
    /, line 10: the file ends after 8 events; its/,
  ],
  [
    'with a changed payload',
    exported.replace('default', 'defauIt'),
    /, line 9: the event at position 7 .*\(payload\)/,
  ],
  [
    'that is not text',
    Buffer.concat([Buffer.from(exported), Buffer.from([0xff])]),
    /cannot be read: .*not valid/,
  ],
];

for (const [what, content, words] of damaged) {
  test(`a file ${what} is refused by its line, and leaves nothing`, async (t) => {
    const folder = scratchFolder(t);
    const file = join(folder, 'log.ndjson');
    writeFileSync(file, content);
    const { code, out, err } = await evioctl('import', file, '--into', join(folder, 'log.db'));
    t.deepEqual([code, out], [1, '']);
    t.regex(err, words);
    t.deepEqual(readdirSync(folder), ['log.ndjson']);
  });
}
