import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { clockTime, cluster, eventId, host, oneNode, writePast } from '../../adapters/sqlite-index/past.ts';
import { joined, leased, life } from '../../support/cluster.ts';
import { podAdded } from '../../support/events.ts';
import { type Ended, runToEnd } from '../../support/node.ts';

const script = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');

const folder = mkdtempSync(join(tmpdir(), 'evio-time-travel-'));
const log = join(folder, 'log.db');
test.after.always(() => rmSync(folder, { recursive: true }));

test.before(async () => {
  await writePast(
    log,
    ...oneNode,
    ['12:05', cluster, joined('node-2', '10.10.0.2')],
    ['12:05', cluster, leased('node-2', '10.244.1.0/24')],
    ['12:10', host('node-2'), podAdded('eeeeee1', '10.244.1.2')],
  );
});

/** evioctl in Berlin: one hour ahead of UTC in March. */
const evioctl = (...args: ReadonlyArray<string>): Promise<Ended> => {
  const env = { PATH: process.env['PATH'], TZ: 'Europe/Berlin', EVIO_LOG: log };
  return runToEnd([process.execPath, script, ...args], { env });
};

test.serial('programs that ask at once, with no index there, all answer the same', async (t) => {
  const ask = () => evioctl('--json', 'pods', '--as-of', '11');
  const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
  t.is(first?.code, 0, first?.err);
  t.is(JSON.parse(first?.out ?? '').pods.length, 2);
  for (const other of others) t.deepEqual(other, first);
});

test.serial(
  'who-had tells people who, from when to when, by which events, and how far that is known',
  async (t) => {
    const { code, out, err } = await evioctl('who-had', '10.244.0.2', '--at', '2026-03-01 11:00');
    t.is(err, '');
    t.is(code, 0);
    t.is(
      out,
      `10.244.0.2 at 2026-03-01 11:00:00+01:00 Europe/Berlin (2026-03-01T10:00:00.000Z)

shop/web-0 (uid a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e)  attached
  node       node-1 (incarnation ${life(1)})
  container  aaaaaa1, eth0 in evio
  addresses  10.244.0.2 (policy next-free/1)
  netns      /run/netns/aaaaaa1, mac 0a:58:0a:f4:00:02
  from       2026-03-01 10:00:00+01:00 (position 4, event ${eventId(4)})
  to         2026-03-01 12:00:00+01:00 (position 6, event ${eventId(6)}): deleted
  clock      not recorded
in subnet 10.244.0.0/24 of node-1, leased from 2026-03-01 09:00:00+01:00 (position 2, event ${eventId(2)}) to it lasts

known: node-1 complete to 2026-03-01 13:01:00+01:00 (position 8); clock not recorded
known: cluster evio complete to 2026-03-01 13:05:00+01:00 (position 10); times by the clocks of allocator and operators
`,
    );
  },
);

test.serial('nobody is nobody only as far as is known', async (t) => {
  const early = await evioctl('who-had', '10.244.0.9', '--at', '2026-03-01T12:00:00Z');
  t.true(early.out.includes('\nno pod held it\n'), early.out);
  const late = await evioctl('who-had', '10.244.0.9', '--at', '2026-03-01T12:04:00Z');
  t.true(late.out.includes('\nno pod held it, as far as is known: see node-1 below\n'), late.out);
  t.true(
    late.out.includes(
      'known: node-1 complete to 2026-03-01 13:01:00+01:00 (position 8): unknown after that; clock not recorded\n',
    ),
    late.out,
  );
  const now = await evioctl('who-had', '10.244.1.2');
  t.true(now.out.includes('  to         unknown after 2026-03-01 13:10:00+01:00\n'), now.out);
});

test.serial('who-had for programs: one JSON value, or a line for each holder', async (t) => {
  const between = ['--between', '2026-03-01T09:00:00Z', '2026-03-01T13:00:00Z'];
  const json = await evioctl('--json', 'who-had', '10.244.0.2', ...between);
  const answer = JSON.parse(json.out);
  t.deepEqual(answer.asked, { from: clockTime('09:00'), to: clockTime('13:00') });
  const lines = await evioctl('who-had', '10.244.0.2', ...between, '--ndjson');
  t.deepEqual(
    lines.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    answer.holders,
  );
  t.is(answer.holders.length, 2);
});

test.serial('pods and leases of the past are read from the log, without an agent', async (t) => {
  const pods = await evioctl('pods', '--at', '2026-03-01T12:01:00Z');
  t.is(pods.code, 0);
  t.regex(
    pods.out,
    /^1 pods at 2026-03-01 13:01:00\+01:00 Europe\/Berlin \(2026-03-01T12:01:00\.000Z\)\n\nADDRESSES/,
  );
  t.regex(
    pods.out,
    /\n10\.244\.0\.2 +attached +shop\/web-1 +node-1 +bbbbbb1 +eth0 +evio +2026-03-01 13:00:00\+01:00 +-\n/,
  );
  const leases = await evioctl('leases', '--as-of', '10', '--ndjson');
  t.deepEqual(
    leases.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).subnet),
    ['10.244.0.0/24', '10.244.1.0/24'],
  );
});

test.serial('diff marks what came, went and changed', async (t) => {
  const { code, out } = await evioctl('diff', '@4', '@11');
  t.is(code, 0);
  t.regex(out, /^from as of position 4\nto {3}as of position 11\n\nleases: 1 added, 0 removed, 0 changed\n/);
  t.regex(out, /\n\+ +10\.244\.1\.0\/24 +node-2 +10\.10\.0\.2 +leased /);
  t.regex(out, /\npods: 2 added, 1 removed, 0 changed\n[\s\S]*\n- +10\.244\.0\.2 +reserved +shop\/web-0 /);
});

test.serial('history lists what happened, and names what a name may mean', async (t) => {
  const { code, out } = await evioctl('history', 'shop/web-0');
  t.is(code, 0);
  t.regex(out, /^pod shop\/web-0: 3 events \(times: Europe\/Berlin\)\n\nTIME +POSITION +NODE +EVENT\n/);
  t.regex(out, /\n2026-03-01 12:00:00\+01:00 +6 +node-1 +PodDeleted +10\.244\.0\.2 free again: deleted\n/);
  const nobody = await evioctl('history', 'web-77');
  t.is(nobody.code, 1);
  t.regex(
    nobody.err,
    /^error: "web-77" is no pod, container, node, subnet or address that this log knows\n {7}write /,
  );
});

const refused: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
  [['who-had', '10.244.0'], /^error: ip "10\.244\.0" is not an address: write one without a length/],
  [['who-had', '10.244.0.2', '--at', 'lunch'], /^error: at "lunch" is not a time: write RFC 3339/],
  [['pods', '--as-of', '12'], /^error: as-of "12" lies behind the end of the log: write a position up to 11/],
  [['diff', '@1', '@x'], /^error: to "x" is not a position: /],
];

for (const [args, words] of refused) {
  test.serial(`${args.join(' ')} is refused by key and value`, async (t) => {
    const { code, out, err } = await evioctl(...args);
    t.is(code, 1);
    t.is(out, '');
    t.regex(err, words);
  });
}

const misused: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
  [['who-had', '10.244.0.2', '--between', 'now'], /--between wants two times/],
  [['who-had', '10.244.0.2', '--between', '2h', '1h', 'now'], /two times, each one argument/],
  [['who-had', '10.244.0.2', '--between', '2h', '1h', '--at', 'now'], /give --at or --between, not both/],
  [['pods', '--at', 'now', '--as-of', '1'], /give --at or --as-of, not both/],
  [['leases', '--at', 'now', '--watch'], /--watch asks the agent how it is now/],
  [['diff', '1h', 'now', '--json', '--ndjson'], /'--ndjson' cannot be used with option '--json'/],
  [['history', 'x', '--kind', 'thing'], /Allowed choices are pod, container, node, subnet, ip/],
];

for (const [args, words] of misused) {
  test.serial(`${args.join(' ')} is wrong usage`, async (t) => {
    const { code, out, err } = await evioctl(...args);
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, words);
  });
}

for (const command of ['who-had', 'history', 'diff', 'pods', 'leases']) {
  test.serial(`${command} --help shows examples`, async (t) => {
    const { code, out } = await evioctl(command, '--help');
    t.is(code, 0);
    t.regex(out, new RegExp(`Examples:\\n {2}evioctl ${command} `));
  });
}
