import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { evioctl, makeKey, scratch } from './verify-scene.ts';

const sound = mkdtempSync(join(tmpdir(), 'evio-damaged-'));
test.after.always(() => rmSync(sound, { recursive: true }));

test.before(async () => {
  const store = openAt(join(sound, 'ledger.db'));
  for (const append of generatedAppends('nodes=4,events=1200,seed=3'))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  await makeKey(sound);
});

const pageSizeOf = (path: string): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.close();
  return size;
};

/** What may befall a file, each a way of its own into the reader. */
const damages: Readonly<Record<string, (bytes: Buffer, pageSize: number) => Buffer>> = {
  // Opens well, and its last event is sound.
  'a page of events overwritten': (bytes, pageSize) => {
    const pages = Array.from({ length: bytes.length / pageSize }, (_, page) => page).filter((page) =>
      bytes.subarray(page * pageSize, (page + 1) * pageSize).includes('"containerId"'),
    );
    const middle = pages[pages.length >> 1] ?? 0;
    return bytes.fill(0xa5, middle * pageSize, (middle + 1) * pageSize);
  },
  'all pages overwritten but the first': (bytes, pageSize) => bytes.fill(0xa5, pageSize),
  'cut off in the middle': (bytes, pageSize) =>
    bytes.subarray(0, Math.floor(bytes.length / pageSize / 2) * pageSize),
  'cut off within a page': (bytes, pageSize) => bytes.subarray(0, Math.floor(1.5 * pageSize)),
};

type Case = {
  /** What it reads of the log: all events, or only their last. */
  readonly reads: 'events' | 'end';
  readonly args: (folder: string) => ReadonlyArray<string>;
};

const narrow = ['--pod-cidr', '10.244.0.0/20', '--node-bits', '4'];

/** Every command that reads a log in place. */
const cases: Readonly<Record<string, Case>> = {
  verify: { reads: 'events', args: () => ['verify'] },
  anchor: { reads: 'end', args: () => ['anchor'] },
  export: { reads: 'events', args: () => ['export'] },
  'export --out': { reads: 'events', args: (folder) => ['export', '--out', join(folder, 'out')] },
  'who-had': { reads: 'events', args: () => ['who-had', '10.244.0.2'] },
  history: { reads: 'events', args: () => ['history', 'node-0001'] },
  diff: { reads: 'events', args: () => ['diff', '@1', '@100'] },
  'pods --at': { reads: 'events', args: () => ['pods', '--at', 'now'] },
  'leases --as-of': { reads: 'events', args: () => ['leases', '--as-of', '100'] },
  replay: { reads: 'events', args: (folder) => ['replay', '--out', join(folder, 'out')] },
  'simulate-plan': { reads: 'events', args: () => ['simulate-plan', ...narrow] },
};

const overwritten = 'a page of events overwritten';

const refused = test.macro(async (t: ExecutionContext, { reads, args }: Case, damage: string) => {
  const folder = scratch(t);
  const log = join(folder, 'ledger.db');
  cpSync(sound, folder, { recursive: true });
  writeFileSync(log, damages[damage]?.(readFileSync(log), pageSizeOf(log)) ?? Buffer.alloc(0));
  const words = args(folder);
  const { code, out, err } = await evioctl('--log', log, ...words);
  if (reads === 'end' && damage === overwritten) {
    t.is(code, 0, err);
    return;
  }
  // Only verify looks for damage; the others meet it.
  t.is(code, words[0] === 'verify' && damage === overwritten ? 4 : 1, out + err);
  t.regex(err, /^error: .*(malformed|bytes are missing|cannot be read)/);
  t.regex(err, /restore .* copy/);
  t.notRegex(err, /\n {4}at |TMPDIR/);
  t.false(existsSync(join(folder, 'out')), 'nothing half-made is left');
});

for (const [command, one] of Object.entries(cases))
  for (const damage of Object.keys(damages))
    test(`${command} refuses a log with ${damage}, with what to do`, refused, one, damage);

test('to a program the refusal is JSON, behind whatever was exported before it', async (t) => {
  const folder = scratch(t);
  const log = join(folder, 'ledger.db');
  cpSync(sound, folder, { recursive: true });
  writeFileSync(log, damages[overwritten]?.(readFileSync(log), pageSizeOf(log)) ?? Buffer.alloc(0));
  const replayed = await evioctl('--json', '--log', log, ...(cases['replay']?.args(folder) ?? []));
  t.is(replayed.code, 1);
  t.is(replayed.err, '');
  t.regex(JSON.parse(replayed.out).error.msg, /^the log cannot be read: .*malformed/);
  const exported = await evioctl('--log', log, 'export');
  t.true(exported.out.startsWith('{'), 'the sound pages before the damage');
});
