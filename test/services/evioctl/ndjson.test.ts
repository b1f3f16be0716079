import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { writeEras } from '../../support/dropped.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { makeScene } from '../../support/scene.ts';
import { evioctl, makeKey, scratch } from './verify-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'evio-ndjson-'));
const log = join(folder, 'ledger.db');
test.after.always(() => rmSync(folder, { recursive: true }));

/** An address that a pod holds at position 200. */
let held = '';

test.before(async () => {
  const store = openAt(log);
  for (const append of generatedAppends('nodes=4,events=400,seed=3'))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  await makeKey(folder);
  const { pods } = JSON.parse((await evioctl('--json', '--log', log, 'pods', '--as-of', '200')).out);
  held = pods[0].addresses[0].address;
});

type Value = Readonly<Record<string, unknown>>;
type Case = {
  readonly args: (folder: string) => ReadonlyArray<string>;
  /** What of the one JSON value is a list: a line for each. Absent where the answer is one thing, on one line. */
  readonly rows?: (value: Value) => unknown;
};

const changes = (value: Value): number =>
  ['leases', 'pods']
    .map((kind) => value[kind] as Readonly<Record<string, ReadonlyArray<unknown>>>)
    .flatMap((difference) => Object.values(difference))
    .reduce((sum, of) => sum + of.length, 0);

const cases: Readonly<Record<string, Case>> = {
  'pods --at': { args: () => ['pods', '--as-of', '200'], rows: ({ pods }) => pods },
  'leases --as-of': { args: () => ['leases', '--as-of', '200'], rows: ({ leases }) => leases },
  history: { args: () => ['history', 'node-0001'], rows: ({ entries }) => entries },
  'who-had': {
    args: () => ['who-had', held, '--between', '2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'],
    rows: ({ holders }) => holders,
  },
  verify: { args: () => ['verify'] },
  anchor: { args: () => ['anchor'] },
  'export --out': { args: (to) => ['export', '--out', join(to, 'log.ndjson')] },
  replay: { args: (to) => ['replay', '--out', join(to, 'state')] },
  'simulate-plan': { args: () => ['simulate-plan', '--pod-cidr', '10.244.0.0/20', '--node-bits', '4'] },
};

/** Where and when it ran is another each time. */
const comparable = ({ out: _, seconds: __, ...value }: Value): Value => value;

const linesOf = async (
  t: ExecutionContext,
  ...args: ReadonlyArray<string>
): Promise<ReadonlyArray<Value>> => {
  const { code, out, err } = await evioctl('--log', log, ...args, '--ndjson');
  t.deepEqual([code, err], [0, '']);
  t.true(out === '' || out.endsWith('\n'));
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

for (const [command, { args, rows }] of Object.entries(cases)) {
  test(`${command} --ndjson says ${rows === undefined ? 'on one line' : 'row by row'} what --json says`, async (t) => {
    const whole = await evioctl('--json', '--log', log, ...args(scratch(t)));
    t.is(whole.code, 0, whole.err);
    t.true(whole.out.includes('\n  '), 'one value over many lines');
    const value: Value = JSON.parse(whole.out);
    const lines = await linesOf(t, ...args(scratch(t)));
    if (rows === undefined) {
      t.deepEqual(lines.map(comparable), [comparable(value)]);
    } else {
      t.true(lines.length > 0);
      t.deepEqual(lines, rows(value));
    }
  });
}

test('diff --ndjson has a line for each change', async (t) => {
  const value: Value = JSON.parse((await evioctl('--json', '--log', log, 'diff', '@50', '@350')).out);
  const lines = await linesOf(t, 'diff', '@50', '@350');
  t.true(lines.length > 0);
  t.is(lines.length, changes(value));
  for (const line of lines)
    t.regex(`${line['change']} ${line['kind']}`, /^(added|removed|changed) (lease|pod)$/);
});

test('an import answers on one line', async (t) => {
  const to = scratch(t);
  t.is((await evioctl('--log', log, 'export', '--out', join(to, 'log.ndjson'))).code, 0);
  const [line, ...others] = await linesOf(t, 'import', join(to, 'log.ndjson'), '--into', join(to, 'copy.db'));
  t.is(line?.['into'], join(to, 'copy.db'));
  t.deepEqual(others, []);
});

test('archive --ndjson has a line for each era', async (t) => {
  const to = scratch(t);
  const eras = join(to, 'ledger.db');
  const store = openAt(eras);
  const closed = await writeEras(store);
  await store.close();
  const out = join(to, 'archives');
  mkdirSync(out);
  const archive = ['--log', eras, 'archive', '--out', out];
  const { archives } = JSON.parse((await evioctl('--json', ...archive)).out);
  const lines = await linesOf(t, ...archive);
  t.is(lines.length, closed.length);
  t.true(lines.length > 1);
  t.deepEqual(lines, archives);
});

test('redact --ndjson has a line for each event, and says in each what is so of all', async (t) => {
  const { node, makePod, add, del } = await makeScene(t);
  const pod = await makePod();
  const named = { args: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=uid' };
  for (const _ of ['once', 'again']) {
    await add(pod, named);
    await del(pod, named);
  }
  const redact = async (...args: ReadonlyArray<string>) => {
    const { code, out, err } = await node.evioctl('redact', '--pod', 'shop/web-0', ...args);
    t.deepEqual([code, err], [0, '']);
    return out;
  };
  const rows = (out: string) =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const { events, ...ofAll } = JSON.parse(await redact('--dry-run', '--json'));
  t.true(events.length > 1);
  const all = (more: Value) => events.map((event: Value) => ({ ...event, ...more }));
  t.deepEqual(ofAll, { dryRun: true });
  t.deepEqual(rows(await redact('--dry-run', '--ndjson')), all({ dryRun: true }));
  t.deepEqual(
    rows(await redact('--reason', 'request 4711', '--ndjson')),
    all({ dryRun: false, cleared: true }),
  );
});
