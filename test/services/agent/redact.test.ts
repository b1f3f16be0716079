import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { RedactAnswer } from '../../../domain/audit/redact-request.ts';
import { makeScene, type Scene, threeViews, usual } from '../../support/scene.ts';

const named = (name: string) => ({
  args: `IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=${name};K8S_POD_UID=uid-of-${name}`,
});

/** The files of the node's state in which a text stands. */
const holding = ({ node }: Scene, text: string): ReadonlyArray<string> => {
  const entries = readdirSync(join(node.dir, 'state'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text))
    .map(({ name }) => name);
};

test('a pod that lives and one that is gone lose their names; everything else goes on as it was', async (t) => {
  const scene = await makeScene(t);
  const { node, add, del, makePods } = scene;
  const log = join(node.dir, 'state', 'ledger.db');
  const evioctl = (...args: ReadonlyArray<string>) => node.evioctl('--log', log, ...args);
  const [gone, living, other] = await makePods(3);
  if (gone === undefined || living === undefined || other === undefined) return t.fail();
  await add(gone, named('web-secret'));
  await del(gone);
  const [address = ''] = await add(living, named('web-secret'));
  await add(other, named('db-plain'));
  // Everything that repeats the log is there.
  await evioctl('who-had', address);
  await node.stopAgent();
  await node.startAgent();
  t.deepEqual(holding(scene, 'web-secret'), ['ledger.db', 'ledger.db-host.snapshot', 'ledger.db-index']);
  const exported = (await evioctl('export')).out;
  const unredacted = join(node.dir, 'unredacted.db');
  const before = (await scene.log()).length;

  const dry = await evioctl('--json', 'redact', '--pod', 'shop/web-secret', '--dry-run');
  t.is(dry.code, 0, dry.err);
  const { events: listed, cleared } = JSON.parse(dry.out) as RedactAnswer;
  t.deepEqual([listed.map(({ event }) => event), cleared], [['PodAdded', 'PodAdded'], undefined]);
  t.is((await scene.log()).length, before);

  const done = await evioctl('redact', '--pod', 'shop/web-secret', '--reason', 'request 4711');
  t.is(done.code, 0, done.err);
  t.deepEqual(await scene.ask('GET', '/v1/redact'), {}, 'none is under way');
  t.regex(done.out, /^2 payloads redacted \(pod\):\n {2}position \d+ {2}PodAdded [0-9a-f-]{36}\n/);
  t.regex(
    done.out,
    /nothing of it is left in the log, its index and its snapshots\ncopies that you keep yourself/,
  );
  t.deepEqual(holding(scene, 'web-secret'), []);

  // The log, the pods and the switch are what they were.
  const pods = await evioctl('pods');
  t.regex(pods.out, new RegExp(`${address} +attached +\\(redacted\\)`));
  t.regex(pods.out, /shop\/db-plain/);
  const views = await threeViews(scene);
  t.deepEqual([views.switch, views.kernel], [views.log, views.log]);
  const recorded = (await scene.log()).slice(-2);
  t.deepEqual(
    recorded.map(({ type, stream, metadata, payload }) => [
      type,
      stream.startsWith('audit-evio:node-1:'),
      /^operator:./.test(String(metadata['actor'])),
      payload['reason'],
      payload['position'],
    ]),
    listed.map(({ position }) => ['PayloadRedacted', true, true, 'request 4711', position]),
  );
  t.regex((await evioctl('log')).out, /PodAdded .*pod=\(redacted\)/);
  t.regex((await evioctl('who-had', address)).out, /^\(redacted\) {2}attached$/m);
  t.regex((await evioctl('history', address)).out, /held by \(redacted\) \(container/);
  t.regex((await evioctl('pods', '--at', 'now')).out, /\(redacted\)/);
  const verified = await evioctl('verify');
  t.is(verified.code, 0, verified.err);
  t.regex(
    verified.out,
    /^2 payloads redacted, by operator:\S+ on \S+Z, reason: request 4711 \(position \d+, \d+\)$/m,
  );
  t.deepEqual(holding(scene, 'web-secret'), []);

  // Nothing of it comes back with the next life, and the pods go on.
  await node.stopAgent();
  t.deepEqual(holding(scene, 'web-secret'), []);
  t.deepEqual(holding(scene, 'db-plain'), ['ledger.db', 'ledger.db-host.snapshot', 'ledger.db-index']);
  await node.startAgent();
  await del(living);
  await del(other);

  // A copy of before differs by what was redacted alone.
  const file = join(node.dir, 'before.ndjson');
  writeFileSync(file, exported);
  t.is((await evioctl('import', file, '--into', unredacted)).code, 0);
  const compared = await evioctl('verify', '--copy', unredacted);
  t.is(compared.code, 0, compared.err);
  t.regex(compared.out, / more here, 2 payloads redacted here are whole there$/m);
  const turned = await evioctl('--log', unredacted, 'verify', '--copy', log);
  t.regex(turned.out, /2 payloads redacted there are whole here$/m);

  // The redaction travels.
  const again = join(node.dir, 'again.ndjson');
  const copy = join(node.dir, 'copy.db');
  t.is((await evioctl('export', '--out', again)).code, 0);
  t.is((await evioctl('import', again, '--into', copy)).code, 0);
  t.is((await evioctl('--log', copy, 'export')).out, readFileSync(again, 'utf8'));
  t.is((await evioctl('--log', copy, 'verify')).code, 0);
});

test('what cannot be redacted is refused with what to do, and what was redacted before is said to be so', async (t) => {
  const scene = await makeScene(t);
  const { node, add, makePod } = scene;
  await add(await makePod(), named('web-secret'));
  const events = await scene.log();
  const added = events.find(({ type }) => type === 'PodAdded');
  const started = events.find(({ type }) => type === 'HostStarted');
  const redact = (...args: ReadonlyArray<string>) => node.evioctl('redact', ...args);
  const why = ['--reason', 'request 4711'];
  for (const [args, code, words] of [
    [
      [String(started?.position), ...why],
      1,
      /^error: the HostStarted at position \d+ names no pod.*\n {7}name the PodAdded/,
    ],
    [['99999', ...why], 1, /^error: this log has no event at position 99999\n/],
    [['00000000-0000-4000-8000-000000000000', ...why], 1, /^error: this log has no event with the id 0/],
    [['--pod', 'shop/nobody', ...why], 1, /^error: no event of this log names the pod shop\/nobody\n/],
    [['--pod', 'shop/web-secret', '--reason', 'web-secret left'], 1, /^error: the reason names the pod/],
    [['--pod', 'shop/web-secret', '--reason', ' '], 1, /^error: reason " " is not one line/],
    [['--pod', 'web-secret', ...why], 2, /NAMESPACE\/NAME/],
    [['web-secret', ...why], 2, /a position of the log, such as 812, or the id of an event/],
    [[String(added?.position)], 2, /required option '--reason <text>' not specified/],
    [[...why], 2, /give the position or id of an event, or --pod/],
    [['3', '--pod', 'shop/web-secret', ...why], 2, /give the position or id of an event, or --pod/],
  ] as const) {
    const ended = await redact(...args);
    t.is(ended.code, code, `${args.join(' ')}: ${ended.err}`);
    t.regex(ended.err, words);
  }
  t.deepEqual(await scene.log(), events);

  t.is((await redact(added?.id ?? '', ...why)).code, 0);
  const after = await scene.log();
  const again = await redact(String(added?.position), '--reason', 'another');
  t.is(again.code, 0, again.err);
  t.regex(again.out, /^1 payload redacted before:\n {2}position \d+ {2}PodAdded/);
  t.deepEqual(await scene.log(), after);

  await node.stopAgent();
  const without = await redact('3', ...why);
  t.is(without.code, 3);
  t.regex(without.err, /^error: evio-agent does not answer on .*\n {7}start evio-agent/);
});

/** Programs of generation 2 are still in use. */
const older = { ...usual, minReader: 2 };

test('where older programs may read along, nothing is redacted yet', async (t) => {
  const scene = await makeScene(t, older);
  const { node, add, makePod } = scene;
  await add(await makePod(), named('web-secret'));
  const refused = await node.evioctl('redact', '--pod', 'shop/web-secret', '--reason', 'request 4711');
  t.is(refused.code, 1);
  t.regex(
    refused.err,
    /^error: minReader 2 of the cluster says .*generation 3.*\n {7}once every node.*--min-reader 3\n$/,
  );
});
