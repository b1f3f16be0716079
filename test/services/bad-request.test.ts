import { connect } from 'node:net';
import test from 'ava';
import { sharedScene } from '../support/scene.ts';

const scene = sharedScene(test);

type Answered = {
  readonly status: number;
  readonly error: { readonly code?: number; readonly msg: string; readonly details?: string };
};

/** Writes a request as it is and reads status and error. */
const send = (method: string, path: string, body: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const socket = connect(scene().node.socket);
    let heard = '';
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: agent\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('utf8');
    });
    // A body that is refused midway cannot be written to its end; the answer is there all the same.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (heard === '') return reject(new Error('no answer'));
      const { error } = JSON.parse(heard.slice(heard.indexOf('\r\n\r\n') + 4));
      resolve({ status: Number(heard.split(' ')[1]), error });
    });
  });

const envelope = {
  protocol: 1,
  requestId: '0b0a7a2e-6a1f-4c9b-9c1e-6f1d2c3b4a59',
  attempt: 0,
  network: 'evio',
};
const addRequest = (more: object) =>
  JSON.stringify({
    ...envelope,
    containerId: 'c1',
    ifname: 'eth0',
    netns: '/run/netns/nowhere',
    requestedAddresses: [],
    ...more,
  });

const unchanged = async (): Promise<number> => (await scene().log()).length;

test.serial('a plugin of another protocol is told which one is spoken', async (t) => {
  const before = await unchanged();
  for (const verb of ['add', 'del', 'check', 'status', 'gc']) {
    const { status, error } = await send('POST', `/v1/${verb}`, addRequest({ protocol: 2 }));
    t.is(status, 400, verb);
    t.is(error.code, 11);
    t.is(error.msg, 'the plugin speaks protocol 2, and evio-agent understands 1');
    t.regex(error.details ?? '', /upgrade evio-agent/);
  }
  const older = await send('POST', '/v1/status', addRequest({ protocol: 0 }));
  t.is(older.error.code, 11);
  t.regex(older.error.details ?? '', /evio-config-gen --plugin/);
  for (const protocol of ['1', null, 1.5]) {
    const { error } = await send('POST', '/v1/status', addRequest({ protocol }));
    t.regex(error.msg, /does not understand the request: protocol/);
    t.regex(error.details ?? '', /it speaks protocol 1/);
  }
  t.is(await unchanged(), before);
});

test.serial('a request id that is no UUID is named: the ids of events follow from it', async (t) => {
  const before = await unchanged();
  const { status, error } = await send('POST', '/v1/add', addRequest({ requestId: 'the first' }));
  t.is(status, 400);
  t.regex(error.msg, /does not understand the request: .*requestId/);
  t.is(await unchanged(), before);
});

const pool = { ipam: { type: 'evio-ipam', subnet: '10.1.2.0/24' } };
const wrongNames = {
  network: ['../../net', 'a/b', ''],
  containerId: ['../../../etc/x', 'c1/eth0', '-c1', ''],
  ifname: ['a/b', '..', 'eth%d', 'eth 0', 'sixteen-letters1', ''],
};
const named = ['add', 'del', 'check', 'admit', 'ipam/add', 'ipam/del', 'ipam/check'];

for (const verb of [...named, 'status', 'gc', 'ipam/status', 'ipam/gc'])
  test.serial(`${verb} by a name that would lead elsewhere is refused, and names the key`, async (t) => {
    const before = await unchanged();
    for (const [key, values] of Object.entries(wrongNames)) {
      if (key !== 'network' && !named.includes(verb)) continue;
      for (const value of values) {
        // For evio-ipam it is what its plugin found there; it may be absent.
        const netns = verb.startsWith('ipam/') ? undefined : '/run/netns/nowhere';
        const more = { netns, pool, expectedAddresses: [], validAttachments: [] };
        const body = addRequest({ ...more, [key]: value });
        const { status, error } = await send('POST', `/v1/${verb}`, body);
        t.is(status, 400, `${key} ${value}`);
        t.is(error.msg, `the agent does not understand the request: ${key}`);
      }
    }
    t.is(await unchanged(), before);
  });

test.serial('gc takes names by any rules of what is still in use: it compares them alone', async (t) => {
  const validAttachments = [{ containerId: '../x', ifname: 'eth%d' }];
  for (const verb of ['gc', 'ipam/gc'])
    await scene().ask('POST', `/v1/${verb}`, { ...envelope, pool, validAttachments });
  t.pass();
});

test.serial('a request without what it needs names all the keys', async (t) => {
  const { status, error } = await send('POST', '/v1/add', JSON.stringify(envelope));
  t.is(status, 400);
  for (const key of ['containerId', 'ifname', 'netns', 'requestedAddresses'])
    t.true(error.msg.includes(key), `${key} in ${error.msg}`);
});

test.serial('a body that is no JSON, or none at all, is refused', async (t) => {
  t.like(await send('POST', '/v1/add', '{"protocol": '), {
    status: 400,
    error: { msg: 'the body is not JSON' },
  });
  t.is((await send('POST', '/v1/add', '')).status, 400);
});

test.serial('a body larger than any request of ours is refused', async (t) => {
  const { status, error } = await send('POST', '/v1/add', `"${' '.repeat(5 * 1024 * 1024)}"`);
  t.is(status, 413);
  t.is(error.msg, 'the body is larger than 4194304 bytes');
});

test.serial('a path or method that there is not is answered with those that there are', async (t) => {
  for (const [method, path] of [
    ['POST', '/v1/steal'],
    ['GET', '/v1/add'],
    ['POST', '/v1/pods'],
    ['DELETE', '/v1/log'],
    ['GET', '/constructor'],
  ] as const) {
    const { status, error } = await send(method, path, '');
    t.is(status, 404);
    t.is(error.msg, `there is no ${method} ${path}`);
    t.regex(error.details ?? '', /POST \/v1\/add.*GET \/v1\/status/);
  }
});

test.serial('after all of this the agent serves as before', async (t) => {
  t.true((await scene().node.status()).ready);
  t.false((await scene().node.agentLog()).includes('a defect'));
});
