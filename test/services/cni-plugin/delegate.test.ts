import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { refuses, says, scriptDelegate } from '../../support/script-delegate.ts';
import {
  added,
  admitted,
  agentFor,
  calls,
  done,
  errorIn,
  gateway,
  given,
  paths,
  refusal,
  refused,
} from './delegate-scene.ts';

const { run, start } = calls(test);

test('ADD: admitted, asked of the delegate as it came, and told to the agent', async (t) => {
  const delegate = await scriptDelegate(t, { ADD: `echo to the log >&2\n${says(given)}` });
  const agent = await agentFor(t, admitted, added);
  const ran = await run(agent, delegate, { verb: 'ADD' });
  t.is(ran.stderr, 'to the log\n');
  t.deepEqual(JSON.parse(ran.stdout), {
    cniVersion: '1.1.0',
    ...(added as { readonly body: { readonly result: object } }).body.result,
  });
  t.deepEqual(paths(agent), ['/v1/admit', '/v1/add']);
  const [admission, addition] = agent.heard.map(({ body }) => body as Record<string, unknown>);
  t.deepEqual(admission?.['delegated'], { plugin: delegate.name, addresses: [] });
  t.deepEqual(addition?.['delegated'], { plugin: delegate.name, addresses: ['10.244.0.7'] });
  t.deepEqual(addition?.['requestedAddresses'], []);
  t.is(addition?.['requestId'], admission?.['requestId']);
  t.is(await delegate.inputOf('ADD'), ran.stdin);
  t.deepEqual(await delegate.environmentOf('ADD'), ran.environment);
  t.deepEqual(await delegate.verbs(), ['ADD']);
});

test('what the agent does not admit never reaches the delegate', async (t) => {
  const delegate = await scriptDelegate(t);
  const agent = await agentFor(t, refused);
  const ran = await run(agent, delegate, { verb: 'ADD' });
  t.is(ran.exitCode, 1);
  t.like(errorIn(ran), refusal);
  t.deepEqual(await delegate.verbs(), []);
});

test('an agent that hangs up is asked again, and the delegate is not', async (t) => {
  const delegate = await scriptDelegate(t, { ADD: says(given) });
  const agent = await agentFor(t, admitted, 'hang-up', 'hang-up-in-the-middle', added);
  t.is((await run(agent, delegate, { verb: 'ADD' })).exitCode, 0);
  t.deepEqual(
    agent.heard.slice(1).map(({ path, body }) => [path, (body as { attempt: number }).attempt]),
    [
      ['/v1/add', 0],
      ['/v1/add', 1],
      ['/v1/add', 2],
    ],
  );
  t.deepEqual(await delegate.verbs(), ['ADD']);
});

test('what the agent refuses afterwards the delegate takes back, and the agent has the word', async (t) => {
  const delegate = await scriptDelegate(t, { ADD: says(given) });
  const ran = await run(await agentFor(t, admitted, refused), delegate, { verb: 'ADD' });
  t.deepEqual(errorIn(ran), { cniVersion: '1.1.0', ...refusal });
  t.deepEqual(await delegate.verbs(), ['ADD', 'DEL']);
  t.is(await delegate.inputOf('DEL'), ran.stdin);
  t.deepEqual(await delegate.environmentOf('DEL'), { ...ran.environment, CNI_COMMAND: 'DEL' });
});

const wrongAdds: Readonly<Record<string, readonly [string, number, RegExp]>> = {
  'refuses in its own words': [refuses(101, 'no addresses left'), 101, /^no addresses left$/],
  'ends without a word': [
    'exit 3',
    999,
    /"scripted-ipam" failed its ADD \(exit code 3\) without a CNI error/,
  ],
  'is killed': ['kill -9 $$', 999, /a signal ended it/],
  'says no JSON': ['echo hello', 6, /the result of the IPAM plugin "scripted-ipam" cannot be used/],
  'gives an address that is no text': [says({ ips: [{ address: 7 }] }), 6, /"ips.address" is 7/],
  'says more than anybody reads': ['head -c 2000000 /dev/zero', 6, /more than 1048576 bytes/],
  'gives a route by another way out': [
    says({ ...given, routes: [{ dst: '10.0.0.0/8', gw: '10.244.0.99' }] }),
    2,
    /the route \{"dst":"10.0.0.0\/8","gw":"10.244.0.99"\}/,
  ],
  'gives a route that says more than the way out': [
    says({ ...given, routes: [{ dst: '10.0.0.0/8', mtu: 1200 }] }),
    2,
    /"mtu":1200/,
  ],
};

for (const [title, [words, code, msg]] of Object.entries(wrongAdds)) {
  test(`a delegate that ${title} is asked to take it back, and its ADD is what failed`, async (t) => {
    const delegate = await scriptDelegate(t, { ADD: words });
    const agent = await agentFor(t, admitted);
    const ran = await run(agent, delegate, { verb: 'ADD' });
    t.is(ran.exitCode, 1);
    t.is(errorIn(ran).code, code);
    t.regex(errorIn(ran).msg, msg);
    t.deepEqual(await delegate.verbs(), ['ADD', 'DEL']);
    t.deepEqual(paths(agent), ['/v1/admit']);
  });
}

test('a taking back that fails is told beside the first error', async (t) => {
  const delegate = await scriptDelegate(t, { ADD: refuses(101, 'first'), DEL: refuses(102, 'second') });
  const error = errorIn(await run(await agentFor(t, admitted), delegate, { verb: 'ADD' }));
  t.like(error, { code: 101, msg: 'first' });
  t.regex(error.details, /and its DEL: second/);
});

test('routes by the gateway are there already; the DNS settings are honoured where we have none', async (t) => {
  const routes = [
    { dst: '0.0.0.0/0' },
    { dst: '10.0.0.0/8', gw: gateway },
    { dst: '10.1.0.0/16', gw: '10.244.0.9' },
  ];
  const theirs = { ...given, ips: [{ address: '10.244.0.7/24', gateway: '10.244.0.9' }], routes };
  const delegate = await scriptDelegate(t, { ADD: says({ ...theirs, dns: { nameservers: ['10.9.9.9'] } }) });
  const result = async (config: object) =>
    errorIn(await run(await agentFor(t, admitted, added), delegate, { verb: 'ADD', config }));
  t.like(await result({}), {
    routes: [{ dst: '0.0.0.0/0', gw: gateway }],
    dns: { nameservers: ['10.9.9.9'] },
  });
  t.deepEqual((await result({ dns: { domain: 'cluster.local' } })).dns, { domain: 'cluster.local' });
});

test('the result of the plugin before comes first, as without a delegate', async (t) => {
  const delegate = await scriptDelegate(t, { ADD: says(given) });
  const prevResult = { interfaces: [{ name: 'lo' }], ips: [{ address: '192.168.0.7/24', interface: 0 }] };
  const result = errorIn(
    await run(await agentFor(t, admitted, added), delegate, { verb: 'ADD', config: { prevResult } }),
  );
  t.deepEqual(
    result.ips.map(({ address, interface: at }: { address: string; interface: number }) => [address, at]),
    [
      ['192.168.0.7/24', 0],
      ['10.244.0.7/32', 1],
    ],
  );
});

test('a delegate may leave its stdin unread, however long that is', async (t) => {
  const delegate = await scriptDelegate(t);
  await writeFile(join(delegate.folder, 'deaf'), `#!/bin/sh\n${says(given)}\n`, { mode: 0o755 });
  const config = { ipam: { type: 'deaf', long: 'x'.repeat(900_000) } };
  t.is((await run(await agentFor(t, admitted, added), delegate, { verb: 'ADD', config })).exitCode, 0);
});

test('one that is not in CNI_PATH is named with the folders, and nothing outside of them is run', async (t) => {
  const delegate = await scriptDelegate(t);
  const folder = await mkdtemp(join(tmpdir(), 'evio-path-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, delegate.name));
  const more = { CNI_PATH: `:${folder}`, PATH: delegate.folder };
  const ran = await run(await agentFor(t, admitted), delegate, { verb: 'ADD', more });
  const msg = `"ipam.type": failed to find plugin "scripted-ipam" in path [${folder}]`;
  t.like(errorIn(ran), { code: 7, msg });
  t.notRegex(errorIn(ran).details, /its DEL/);
  t.like(errorIn(await run(await agentFor(t, done), delegate, { verb: 'STATUS', more })), { code: 50, msg });
  t.deepEqual(await delegate.verbs(), []);
});

test('one that may not be executed is said to be so', async (t) => {
  const delegate = await scriptDelegate(t);
  await writeFile(join(delegate.folder, 'plain-file'), 'no program', { mode: 0o644 });
  const config = { ipam: { type: 'plain-file' } };
  const ran = await run(await agentFor(t, admitted), delegate, { verb: 'ADD', config });
  t.like(errorIn(ran), { code: 5 });
  t.regex(errorIn(ran).msg, /could not be run for ADD: it may not be executed \(EACCES\)/);
});

for (const type of ['../evil', '..', '', 'a\\b', 7, 'evio', 'evio-ipam']) {
  test(`"ipam.type": ${JSON.stringify(type)} is refused, and asks nobody anything`, async (t) => {
    const agent = await agentFor(t, admitted);
    const delegate = await scriptDelegate(t, {}, 'evio');
    const error = errorIn(await run(agent, delegate, { verb: 'ADD', config: { ipam: { type } } }));
    t.true([2, 7].includes(error.code));
    t.true(error.msg.includes(`"ipam.type": ${JSON.stringify(type)}`), error.msg);
    t.deepEqual([agent.heard.length, await delegate.verbs()], [0, []]);
  });
}

test('a DEL of what never could be added is ours alone', async (t) => {
  const agent = await agentFor(t, admitted);
  const delegate = await scriptDelegate(t, {}, 'evio-ipam');
  t.is((await run(agent, delegate, { verb: 'DEL', config: { ipam: { type: 'evio-ipam' } } })).exitCode, 0);
  t.deepEqual(await delegate.verbs(), []);
});

test("the end of the runtime's patience ends the delegate, and what it had given is taken back", async (t) => {
  const delegate = await scriptDelegate(t, { ADD: 'exec sleep 600' });
  const { running } = start(await agentFor(t, admitted), delegate, { verb: 'ADD' });
  await eventually('the delegate runs', async () => (await delegate.verbs()).includes('ADD') || undefined);
  running.signal('SIGTERM');
  const ran = await running.ended;
  t.like(errorIn(ran), { code: 11 });
  t.regex(errorIn(ran).msg, /ADD was ended by SIGTERM/);
  t.deepEqual(await delegate.verbs(), ['ADD', 'DEL']);
});

test('a delegate starts with the signals of a program that nobody has prepared', async (t) => {
  const delegate = await scriptDelegate(t, {
    ADD: `grep SigIgn /proc/self/status > "$(dirname "$0")/ignored"\n${says(given)}`,
  });
  await run(await agentFor(t, admitted, added), delegate, { verb: 'ADD' });
  // The agent's connection has this process ignore SIGPIPE by then.
  t.is(await readFile(join(delegate.folder, 'ignored'), 'utf8'), 'SigIgn:\t0000000000000000\n');
});
