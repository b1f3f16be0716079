import { connect } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { runPlugin } from '../support/compiled-plugin.ts';
import { wildCall, wrongOutcome } from '../support/fuzz.ts';
import type { Netns } from '../support/netns.ts';
import { pluginBinary } from '../support/node.ts';
import { reaches, sharedScene } from '../support/scene.ts';

const scene = sharedScene(test);
const seed = 20261121;

/** Its network is none that the calls name, so that none of them may touch it. */
let neighbour: Netns;
test.serial('a pod of another network', async (t) => {
  neighbour = await scene().makePod();
  await scene().add(neighbour, { config: { name: 'kept-as-it-is' } });
  t.is((await scene().pods()).length, 1);
});

const traces = async () => ({
  log: (await scene().log()).map(({ hash }) => hash),
  ports: await scene().ports(),
  links: await scene().links(),
});

test.serial('300 calls of the compiled plugin as nobody should make them change nothing', async (t) => {
  const before = await traces();
  for (const { environment, stdin } of fc.sample(wildCall(scene().node.socket), { seed, numRuns: 300 })) {
    const ran = await runPlugin(pluginBinary, environment, stdin);
    const said = JSON.stringify({ environment, stdin, ran });
    // No verb at all: it says what it is.
    if (environment['CNI_COMMAND'] === '') t.is(ran.exitCode, 0, said);
    else t.is(wrongOutcome(ran), undefined, said);
  }
  t.deepEqual(await traces(), before);
});

for (const [what, stdin] of [
  [
    'lists in lists',
    `{"cniVersion":"1.1.0","name":"evio","ipam":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ],
  ['objects without an end', '{"a":'.repeat(100_000)],
  ['more than a mebibyte', ' '.repeat(2 ** 20 + 1)],
] as const) {
  test.serial(`${what} on stdin: an error of CNI, in a line`, async (t) => {
    const environment = {
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/evio-nowhere',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/opt/cni/bin',
    };
    const ran = await runPlugin(pluginBinary, environment, stdin);
    t.is(wrongOutcome(ran), undefined, ran.stdout.slice(0, 300));
    t.is(ran.exitCode, 1);
    t.true(ran.stdout.length < 1_000, `${ran.stdout.length} characters`);
  });
}

/** All that comes back until the agent closes; the writing end is closed at once. */
const answerTo = (bytes: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path: scene().node.socket, allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', () => resolve(text));
    // It may be closed upon while it still writes.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? undefined : reject(error),
    );
    socket.end(bytes);
  });

const path = fc.constantFrom(
  '/v1/add',
  '/v1/del',
  '/v1/check',
  '/v1/status',
  '/v1/gc',
  '/v1/log?from=x',
  '/',
  '*',
  '/v1/../..',
);
const header = fc.constantFrom(
  ...[
    'content-length: -1',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'host:',
    ': x',
  ],
  ...[
    'expect: 100-continue',
    'upgrade: h2c',
    'connection: upgrade',
    'x\u0001: y',
    `a: ${'b'.repeat(20_000)}`,
  ],
);
const request = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'CONNECT', 'BREW'),
    path,
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''),
    fc.array(header, { maxLength: 2 }),
    fc.oneof(fc.json(), fc.string({ unit: 'binary' })),
    fc.boolean(),
  )
  .map(([method, target, protocol, headers, body, counted]) => {
    const length = counted ? [`content-length: ${Buffer.byteLength(body)}`] : [];
    return Buffer.from(
      [`${method} ${target} ${protocol}`, 'host: agent', ...headers, ...length, '', body].join('\r\n'),
    );
  });

test.serial(
  '300 times bytes that are no request: words and a status of 4xx, and nothing is changed',
  async (t) => {
    const before = await traces();
    const wild = fc.oneof(request, fc.uint8Array({ minLength: 1, maxLength: 2_000 }));
    const statuses = new Set<string>();
    for (const bytes of fc.sample(wild, { seed, numRuns: 300 })) {
      const said = Buffer.from(bytes).toString('latin1').slice(0, 500);
      const answer = (await answerTo(bytes)).replace('HTTP/1.1 100 Continue\r\n\r\n', '');
      const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
      const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
      // Some requests have no end, and a client that waits no longer for their answer.
      statuses.add(status ?? 'closed');
      if (status === undefined) t.is(head, '', said);
      else {
        t.regex(status, /^4\d\d$/, said);
        t.is(typeof JSON.parse(body).error.msg, 'string', said);
      }
    }
    t.true(
      ['400', '404'].every((status) => statuses.has(status)),
      [...statuses].join(),
    );
    t.deepEqual(await traces(), before);
  },
);

test.serial('after all of this the agent serves as before, and its log knows of no defect', async (t) => {
  const { node, makePod, add } = scene();
  t.true(await reaches(neighbour, '10.244.0.1'));
  t.false((await node.agentLog()).includes('a defect'));
  const pod = await makePod();
  await add(pod);
  t.true(await reaches(pod, '10.244.0.1'));
});
