import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { connectAgent } from '../../../adapters/http/client.ts';
import { wildRequest } from '../../support/fuzz-request.ts';
import { sharedScene } from '../../support/scene.ts';
import { eachOf, untouched } from '../../support/untouched.ts';

const scene = sharedScene(test);
const { traces, atLast } = untouched(test, scene);
const seed = 20261121;

const codes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 50, 51, 999];

/** What is wrong with an answer; of the plugin's requests an error has a code and a remedy. */
const wrongAnswer = (path: string, status: number, body: unknown): string | undefined => {
  if (status === 200) return undefined;
  if (![400, 404, 409, 422].includes(status)) return `status ${status}`;
  const { error = {} } = body as { readonly error?: Readonly<Record<string, unknown>> };
  const { code, msg, details, violations } = error;
  if (Array.isArray(violations)) return violations.length > 0 ? undefined : 'no violations';
  if (typeof msg !== 'string' || typeof details !== 'string') return 'no words';
  const isOfCni = /^\/v1\/(admit|add|del|check|status|gc|(ipam|vlan)\/\w+)$/.test(path);
  return isOfCni && !codes.includes(Number(code)) ? `code ${code}` : undefined;
};

const networks = () => join(scene().node.dir, 'networks');

// In parts, each of which says that the test goes on.
for (const part of Array(10).keys())
  test.serial(
    `10,000 requests that nobody should send change nothing, and get words: thousand ${part}`,
    async (t) => {
      const before = await traces();
      const agent = connectAgent(scene().node.socket);
      const verdicts = new Set<string>();
      const wild = fc.sample(wildRequest(networks()), { seed: seed + part, numRuns: 1_000 });
      await eachOf(wild, 8, async ({ path, body }) => {
        const answered = await agent.call('POST', path, body, 20_000)();
        const said = () => JSON.stringify({ seed, part, path, body, answered }).slice(0, 2_000);
        if (E.isLeft(answered)) return t.fail(said());
        const { status } = answered.right;
        verdicts.add(`${path} ${status}`);
        const wrong = wrongAnswer(path, status, answered.right.body);
        t.is(wrong, undefined, wrong === undefined ? '' : said());
      });
      // Some are of their shape, and are refused by what they ask for.
      for (const path of [
        ...['admit', 'add', 'check', 'vlan/admit', 'vlan/add', 'vlan/status', 'ipam/add'],
        ...['redact', 'revoke', 'attest', 'drop-era'],
      ])
        for (const status of [400, 409]) t.true(verdicts.has(`/v1/${path} ${status}`), `${path} ${status}`);
      t.deepEqual(await traces(), before);
    },
  );

test.serial('and none of them left a file of an address', async (t) => {
  const files = await readdir(networks(), { recursive: true });
  // Folders of networks, each with its lock.
  t.true(files.includes('evio/lock'), files.join());
  t.deepEqual(
    files.filter((name) => /^[^/]+\/(?!lock$)/.test(name)),
    [],
  );
});

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
  '1,000 times bytes that are no request: words and a status of 4xx, and nothing is changed',
  async (t) => {
    const before = await traces();
    const wild = fc.oneof(request, fc.uint8Array({ minLength: 1, maxLength: 2_000 }));
    const statuses = new Set<string>();
    for (const bytes of fc.sample(wild, { seed, numRuns: 1_000 })) {
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

atLast();
