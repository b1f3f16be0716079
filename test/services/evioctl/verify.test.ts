import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { joined } from '../../support/cluster.ts';
import { incarnation, podAdded, podDeleted } from '../../support/events.ts';
import { hostStreamOf } from '../../support/logged.ts';
import { beginning, cluster, host } from '../../support/told-history.ts';
import { evioctl, makeKey, scratch, writeLog } from './verify-scene.ts';

const stream = hostStreamOf('node-1');

/** One pod more than the beginning: positions 0 to 6, on the host's stream revisions 0 to 3. */
const history = (publicKey: string, address = '10.244.0.2') => [
  ...beginning.with(3, cluster({ ...joined('node-1', '10.10.0.1'), publicKey })),
  host(podAdded('c1', address)),
];

test.serial('a sound log is consistent and not anchored; as JSON with its heads', async (t) => {
  const folder = scratch(t);
  const log = await writeLog(join(folder, 'log.db'), ...history(await makeKey(folder)));
  const { code, out, err } = await evioctl('--log', log, 'verify');
  t.deepEqual([code, err], [0, '']);
  t.regex(out, /^7 events in 2 streams followed in \d+\.\d s\ninternally consistent; not anchored\n$/);
  const json = await evioctl('--log', log, '--json', 'verify');
  t.is(json.code, 0);
  t.like(JSON.parse(json.out), { events: 7, streams: 2, anchored: [], end: { position: 6 } });
  t.deepEqual(
    JSON.parse(json.out).heads.map(({ stream: of, revision }: Record<string, unknown>) => [of, revision]),
    [
      ['cluster-evio', 2],
      [stream, 3],
    ],
  );
});

test.serial('an altered event is named with what to do, exit code 4', async (t) => {
  const folder = scratch(t);
  const log = await writeLog(join(folder, 'log.db'), ...history(await makeKey(folder)));
  const db = new DatabaseSync(log);
  db.exec(`UPDATE event SET payload = replace(payload, '10.244.0.2', '10.244.0.3') WHERE position = 6`);
  db.close();
  const { code, err } = await evioctl('--log', log, 'verify');
  t.is(code, 4);
  t.regex(
    err,
    new RegExp(
      `^error: position 6 \\(PodAdded at revision 3 of ${stream}, id [0-9a-f-]{36}\\): its payload was altered: expected [0-9a-f]{64}, found [0-9a-f]{64}\\n {7}restore the log from a sound copy`,
    ),
  );
  const json = await evioctl('--log', log, '--json', 'verify');
  t.is(json.code, 4);
  t.like(JSON.parse(json.out).fault, { type: 'payload', position: 6, revision: 3, stream });
});

test.serial('a broken law is named with the events that it contradicts, exit code 4', async (t) => {
  const folder = scratch(t);
  const key = await makeKey(folder);
  const log = await writeLog(join(folder, 'log.db'), ...history(key), host(podDeleted('c1', '10.244.0.9')));
  const { code, err } = await evioctl('--log', log, 'verify');
  t.is(code, 4);
  t.regex(
    err,
    /position 7 .* \(law attachment-known\): expected 10\.244\.0\.2, found 10\.244\.0\.9\n {7}.*see position 6 \(id /,
  );
  t.like(JSON.parse((await evioctl('--log', log, '--json', 'verify')).out).law, { law: 'attachment-known' });
});

test.serial(
  'an anchor holds while the log only grows, and finds a history that was rewritten with new hashes',
  async (t) => {
    const folder = scratch(t);
    const publicKey = await makeKey(folder);
    const log = await writeLog(join(folder, 'log.db'), ...history(publicKey));
    const lines = [
      (await evioctl('--log', log, 'anchor')).out.trimEnd(),
      (await evioctl('--log', log, 'anchor', '--stream', stream)).out.trimEnd(),
    ];
    const form = (of: string, at: number): RegExp =>
      new RegExp(`^evio-anchor/1 ${incarnation} 1 ${of} ${at} [0-9a-f]{64} [A-Za-z0-9+/]{86}==$`);
    t.regex(lines[0] ?? '', form('log', 6));
    t.regex(lines[1] ?? '', form(stream, 3));
    const anchors = join(folder, 'anchors');
    writeFileSync(anchors, `# kept by the auditor\n\n${lines.join('\n')}\n`);

    const grown = await writeLog(
      join(folder, 'grown.db'),
      ...history(publicKey),
      host(podAdded('c2', '10.244.0.3')),
    );
    const holds = await evioctl('--log', grown, 'verify', '--anchor', `@${anchors}`);
    t.is(holds.code, 0, holds.err);
    const [, ofLog, ofStream, last] = holds.out.trimEnd().split('\n');
    t.is(
      ofLog,
      "anchor of the log at position 6 holds; 1 events since; signed by node-1's key (NodeJoined at position 3)",
    );
    t.is(
      ofStream,
      `anchor of ${stream} at revision 3 holds; 1 events since; signed by node-1's key (NodeJoined at position 3)`,
    );
    t.is(last, 'internally consistent; anchored');

    // Every hash is right again, and every law holds.
    const rewritten = await writeLog(
      join(folder, 'rewritten.db'),
      ...history(publicKey).with(6, host(podAdded('c9', '10.244.0.2'))),
    );
    t.regex((await evioctl('--log', rewritten, 'verify')).out, /^internally consistent; not anchored$/m);
    for (const line of lines) {
      const found = await evioctl('--log', rewritten, 'verify', '--anchor', line);
      t.is(found.code, 4);
      t.regex(
        found.err,
        /^error: anchor of .*: history was rewritten at or before it: expected [0-9a-f]{64}, found/,
      );
    }
    const shorter = await writeLog(join(folder, 'shorter.db'), ...history(publicKey).slice(0, 6));
    const cut = await evioctl('--log', shorter, 'verify', '--anchor', lines[0] ?? '');
    t.is(cut.code, 4);
    t.regex(cut.err, /^error: anchor of the log at position 6: the log has nothing there; it ends at 5\n/);
  },
);

test.serial('the signature must be by the given key, or by one that the log names', async (t) => {
  const folder = scratch(t);
  const other = scratch(t);
  const publicKey = await makeKey(folder);
  const otherKey = await makeKey(other);
  const log = await writeLog(join(folder, 'log.db'), ...history(publicKey));
  const json = JSON.parse((await evioctl('--log', log, '--json', 'anchor')).out);
  t.like(json, { publicKey, of: 'log', at: 6 });
  const given = await evioctl('--log', log, 'verify', '--anchor', json.anchor, '--public-key', publicKey);
  t.is(given.code, 0);
  t.regex(given.out, /signed by the given key$/m);
  const wrong = await evioctl('--log', log, 'verify', '--anchor', json.anchor, '--public-key', otherKey);
  t.is(wrong.code, 4);
  t.regex(wrong.err, /it is not signed by the given key\n/);
  const foreign = (await evioctl('--log', log, 'anchor', '--key', join(other, 'node.key'))).out.trimEnd();
  const unknown = await evioctl('--log', log, 'verify', '--anchor', foreign);
  t.is(unknown.code, 4);
  t.regex(
    unknown.err,
    /it is not signed by node-1's key \(JoinRequested at position 2\), nor by node-1's key \(NodeJoined/,
  );
});

test.serial(
  'a copy that is longer or shorter agrees; one that was rewritten is named by the first event that differs',
  async (t) => {
    const folder = scratch(t);
    const key = await makeKey(folder);
    const log = await writeLog(join(folder, 'log.db'), ...history(key));
    const more = [host(podAdded('c2', '10.244.0.3')), host(podDeleted('c1', '10.244.0.2'))];
    const longer = await writeLog(join(folder, 'longer.db'), ...history(key), ...more);
    const agrees = await evioctl('--log', log, 'verify', '--copy', longer);
    t.is(agrees.code, 0, agrees.err);
    t.is(agrees.out.split('\n')[1], `copy ${longer} agrees in 7 events; 2 more there`);
    t.is(
      (await evioctl('--log', longer, 'verify', '--copy', log)).out.split('\n')[1],
      `copy ${log} agrees in 7 events; 2 more here`,
    );
    const rewritten = await writeLog(
      join(folder, 'rewritten.db'),
      ...history(key).with(6, host(podAdded('c9', '10.244.0.2'))),
      host(podAdded('c2', '10.244.0.3')),
      host(podDeleted('c9', '10.244.0.2')),
    );
    const differs = await evioctl('--log', longer, 'verify', '--copy', rewritten);
    t.is(differs.code, 4);
    t.regex(
      differs.err,
      new RegExp(`^error: position 6 \\(revision 3 of ${stream}\\): here stands PodAdded`),
    );
    const gone = await evioctl('--log', log, 'verify', '--copy', join(folder, 'none.db'));
    t.is(gone.code, 1);
    t.regex(gone.err, /^error: the copy .*none\.db cannot be read: /);
  },
);

test.serial(
  'an event of a whole stream taken out, all hashes anew, is found against a copy of the same log',
  async (t) => {
    const folder = scratch(t);
    const key = await makeKey(folder);
    const notes = ['cluster-other', beginning[0]?.[1] ?? joined('n', '10.10.0.1')] as const;
    const log = await writeLog(join(folder, 'log.db'), notes, ...history(key));
    const without = await writeLog(join(folder, 'without.db'), ...history(key));
    t.is((await evioctl('--log', without, 'verify')).code, 0);
    t.is((await evioctl('--log', without, 'verify', '--copy', log)).code, 4);
  },
);

test.serial('a file with damaged pages is said to be so, without a stack trace', async (t) => {
  const folder = scratch(t);
  const log = await writeLog(join(folder, 'log.db'), ...history(await makeKey(folder)));
  const bytes = readFileSync(log);
  // Every page but the first, which says whose file it is.
  bytes.fill(0xa5, 4096);
  writeFileSync(log, bytes);
  for (const command of ['verify', 'anchor']) {
    const { code, err } = await evioctl('--log', log, command);
    t.true(code === 1 || code === 4, err);
    t.regex(err, /^error: .*(malformed|cannot be read)/);
    t.false(err.includes('    at '), err);
  }
});

for (const [what, args, words] of [
  ['a line that is no anchor', ['--anchor', 'evio-anchor/1 x'], /its log id "x" is not a UUID/],
  ['a key that is none', ['--public-key', 'secret'], /32 bytes in base64/],
] as const) {
  test.serial(`${what} is wrong usage`, async (t) => {
    const { code, err } = await evioctl('verify', ...args);
    t.is(code, 2);
    t.regex(err, words);
  });
}

test.serial(
  'a file without an anchor, a stream that is not there and a missing key are refused with what to do',
  async (t) => {
    const folder = scratch(t);
    const log = await writeLog(join(folder, 'log.db'), ...history('key'));
    const file = join(folder, 'anchors');
    t.is((await evioctl('--log', log, 'verify', '--anchor', `@${file}`)).code, 1);
    writeFileSync(file, 'evio-anchor/1 nonsense\n');
    const bad = await evioctl('--log', log, 'verify', '--anchor', `@${file}`);
    t.is(bad.code, 2);
    t.regex(bad.err, /line 1 of .*anchors is no anchor: its log id/);
    const stranger = await evioctl('--log', log, 'anchor', '--stream', 'host-x');
    t.is(stranger.code, 1);
    t.is(stranger.err, `error: the log has no stream host-x\n       it has cluster-evio, ${stream}\n`);
    const keyless = await evioctl('--log', log, 'anchor');
    t.is(keyless.code, 1);
    t.regex(keyless.err, /^error: the key .*node\.key cannot be used: .*ENOENT/);
  },
);
