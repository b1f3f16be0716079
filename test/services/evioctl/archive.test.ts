import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { podsOf, redactableKeys, remainingOf } from '../../../domain/audit/remaining.ts';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { collect } from '../../contract/event-store/support.ts';
import { audited, recordOf } from '../../support/audited.ts';
import { writeEras } from '../../support/dropped.ts';
import { evioctl, makeKey, scratch } from './verify-scene.ts';

/** A log with closed eras whose requests are all decided, and a folder for archives. */
const begin = async (t: ExecutionContext) => {
  const folder = scratch(t);
  const log = join(folder, 'ledger.db');
  const store = openAt(log);
  const closed = await writeEras(store);
  await store.close();
  const out = join(folder, 'archives');
  mkdirSync(out);
  writeFileSync(join(folder, 'allocator.position'), '1000000\n');
  const ask = (...args: ReadonlyArray<string>) =>
    evioctl('--log', log, '--socket', join(folder, 'none.sock'), ...args);
  const files = () => readdirSync(out).map((name) => join(out, name));
  const all = () => files().flatMap((file) => ['--archive', file]);
  return { folder, log, closed, out, ask, files, all };
};

test('closed eras are archived and dropped; the log is sound without them, and with them as it was', async (t) => {
  const { ask, out, log, closed, all, files } = await begin(t);
  const before = await ask('export');
  const answered = await ask('verify');
  t.regex(answered.out, /internally consistent/);
  const size = statSync(log).size;

  const archived = await ask('archive', '--out', out);
  t.deepEqual([archived.code, archived.err], [0, '']);
  t.is(archived.out.trim().split('\n').length, closed.length);
  t.is(statSync(log).size, size, 'nothing is dropped unasked');

  const dropped = await ask('--json', 'archive', '--out', out, '--drop');
  t.deepEqual([dropped.code, dropped.err], [0, '']);
  t.deepEqual(
    JSON.parse(dropped.out).archives.map((one: { readonly dropped: boolean }) => one.dropped),
    closed.map(() => true),
  );
  t.true(statSync(log).size < size);
  t.regex((await ask('archive', '--out', out, '--drop')).out, /no closed era is in the log/);

  const verified = await ask('verify');
  t.deepEqual([verified.code, verified.err], [0, '']);
  t.regex(verified.out, /positions \d+–\d+ \(host-evio:.*\) are archived: give --archive FILE/);
  const whole = await ask('verify', ...all());
  t.deepEqual(
    [whole.code, whole.out.replace(/followed in [\d.]+ s/, '')],
    [0, answered.out.replace(/followed in [\d.]+ s/, '')],
  );
  const [old = ''] = files();
  const hole = await ask('verify', '--archive', old);
  t.is(hole.code, 1);
  t.regex(hole.err, /which comes behind it, is archived too: give both/);
  const one = await ask('--json', 'verify', '--archive', files().at(-2) ?? '');
  t.true(
    JSON.parse(one.out).archived.length < JSON.parse((await ask('--json', 'verify')).out).archived.length,
  );

  const partial = await ask('export');
  t.is(partial.code, 1);
  t.regex(partial.err, /positions \d+ to \d+ .* are archived.*\n.*--archive FILE/);
  t.is((await ask('export', ...all())).out, before.out);
});

test('an archive from before a redaction is not taken for what the log has, and one from behind it is whole', async (t) => {
  const { ask, out, log, files, all } = await begin(t);
  t.is((await ask('archive', '--out', out)).code, 0);
  const store = openAt(log);
  const naming = (await collect(store.readAll())).filter((event) => redactableKeys(event).length > 0);
  const [pod] = naming.flatMap(podsOf);
  if (pod === undefined) return t.fail('nobody is named');
  const meant = naming.filter((event) => podsOf(event).some(({ name }) => name === pod.name));
  const { stream, events } = audited(undefined, ...meant.map((event) => recordOf(event)));
  const payloads = events.map((event, index) => ({
    event,
    remaining: remainingOf(meant[index]?.payload ?? '', ['pod']),
  }));
  t.true(E.isRight(await store.redact({ stream, expectedRevision: 'no-stream', payloads })()));
  await store.close();

  const refused = await ask('archive', '--out', out, '--drop');
  t.is(refused.code, 1);
  t.regex(refused.err, /is not what would be written now: its line \d+ is not what the log has/);
  for (const file of files()) rmSync(file);
  t.is((await ask('archive', '--out', out, '--drop')).code, 0);
  for (const file of files()) t.false(readFileSync(file, 'utf8').includes(`"${pod.name}"`));
  for (const archives of [[], all()]) {
    const verified = await ask('verify', ...archives);
    t.deepEqual([verified.code, verified.err], [0, '']);
  }
});

test('a log with eras goes through export and import as it is', async (t) => {
  const { folder, ask, out, all } = await begin(t);
  const before = await ask('export');
  await ask('archive', '--out', out, '--drop');
  const file = join(folder, 'log.ndjson');
  t.is((await ask('export', '--out', file, ...all())).code, 0);
  const into = join(folder, 'again.db');
  t.is((await ask('import', file, '--into', into)).code, 0);
  t.is((await evioctl('--log', into, 'export')).out, before.out);
});

test('an archive that is not the one of this log is named, and proves nothing', async (t) => {
  const { folder, ask, out, files } = await begin(t);
  await ask('archive', '--out', out, '--drop');
  const [first = '', second = ''] = files();
  const altered = join(folder, 'altered.ndjson');
  writeFileSync(altered, readFileSync(first, 'utf8').replace('"mtu\\":1410', '"mtu\\":1400'));
  t.not(readFileSync(altered, 'utf8'), readFileSync(first, 'utf8'));
  for (const [file, why] of [
    [altered, /altered\.ndjson cannot be used: its SHA-256 is [0-9a-f]{64}, and the log names/],
    [join(folder, 'none'), /none cannot be used: ENOENT/],
    [join(folder, 'allocator.position'), /it is no archive of an era/],
  ] as const) {
    const refused = await ask('verify', '--archive', file);
    t.is(refused.code, 1);
    t.regex(refused.err, why);
  }
  const other = await begin(t);
  t.regex((await other.ask('verify', '--archive', second)).err, /it is of the log/);
});

test('what is not archived whole is not dropped', async (t) => {
  const { folder, ask, out, log, files } = await begin(t);
  const size = statSync(log).size;
  writeFileSync(join(folder, 'allocator.position'), '3\n');
  const undecided = await ask('archive', '--out', out, '--drop');
  t.is(undecided.code, 1);
  t.regex(undecided.err, /was not dropped: the allocator has not decided all its requests/);
  writeFileSync(join(folder, 'allocator.position'), '1000000\n');

  const [first = ''] = files();
  const text = readFileSync(first, 'utf8');
  writeFileSync(first, text.slice(0, -1000));
  const damaged = await ask('archive', '--out', out, '--drop');
  t.is(damaged.code, 1);
  t.regex(damaged.err, /move it away/);
  t.is((await ask('archive', '--out', join(folder, 'missing'), '--drop')).code, 1);
  t.is(statSync(log).size, size);
  t.regex((await ask('verify')).out, /internally consistent/);
});

test('an agent that does not answer is not passed over: the log is left to it', async (t) => {
  const { ask, folder, out, log } = await begin(t);
  const before = readFileSync(log);
  const agent = createServer((socket) => socket.once('data', () => socket.destroy()));
  agent.listen(join(folder, 'none.sock'));
  await once(agent, 'listening');
  t.teardown(() => agent.close());
  const dropped = await ask('archive', '--out', out, '--drop');
  t.is(dropped.code, 3);
  t.regex(
    dropped.err,
    /none\.sock was asked and did not answer: .*\n {7}what it was asked to do it may have done/,
  );
  t.deepEqual(readFileSync(log), before);
});

test('an anchor of a dropped era still holds at its end', async (t) => {
  const { ask, out, closed, folder } = await begin(t);
  const key = await makeKey(folder);
  const [era = ''] = closed;
  const anchor = (await ask('anchor', '--stream', era)).out.trim();
  await ask('archive', '--out', out, '--drop');
  const held = await ask('verify', '--anchor', anchor, '--public-key', key);
  t.deepEqual([held.code, held.err], [0, '']);
  t.regex(held.out, /anchor of host-evio.* holds; 0 events since/);
});

test('who had an address is known as before when its era is dropped; an index made anew says what it lacks', async (t) => {
  const { ask, out, closed, log, all } = await begin(t);
  const reader = openSqliteReader(log);
  if (E.isLeft(reader)) return t.fail(reader.left.reason);
  const events = [...reader.right.pages(0)].flat();
  reader.right.close();
  const added = events.find(({ stream, type }) => stream === closed[0] && type === 'PodAdded');
  const { addresses } = JSON.parse(added?.payload ?? '');
  const who = (...more: ReadonlyArray<string>) =>
    ask('--json', 'who-had', addresses[0].address, '--at', JSON.parse(added?.metadata ?? '').time, ...more);
  const before = await who();
  const holders = ({ out: text }: typeof before) => JSON.parse(text).holders;
  t.is(holders(before).length, 1);

  await ask('archive', '--out', out, '--drop');
  t.deepEqual(JSON.parse((await who()).out), JSON.parse(before.out), 'the index keeps what it knew');

  rmSync(`${log}-index`);
  const without = await who();
  t.deepEqual(holders(without), []);
  const known = JSON.parse(without.out).known.filter((one: { archived?: unknown }) => one.archived);
  t.false(known[0].complete);
  t.regex(
    (await ask('who-had', addresses[0].address, '--at', JSON.parse(added?.metadata ?? '').time)).out,
    /archived: give --archive FILE: what was asked is not known/,
  );
  t.deepEqual(JSON.parse((await who(...all())).out), JSON.parse(before.out), 'with the archives it is whole');
});
