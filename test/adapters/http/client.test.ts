import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { connectAgent } from '../../../adapters/http/client.ts';
import { type RecordingAgent, type Reply, recordingAgent } from '../../support/recording-agent.ts';

const agentFor = async (t: ExecutionContext, reply: Reply): Promise<RecordingAgent> => {
  const agent = recordingAgent(reply);
  t.teardown(agent.close);
  await agent.listen();
  return agent;
};

test('an answer comes whole, whatever its status', async (t) => {
  for (const status of [200, 409, 500]) {
    const agent = await agentFor(t, { status, body: { words: 'grüße' } });
    const answer = await connectAgent(agent.socket).call('POST', '/v1/x?y=z', { asked: 'ü' }, 1_000)();
    t.deepEqual(answer, E.right({ status, body: { words: 'grüße' } }));
    t.deepEqual(agent.heard, [{ method: 'POST', path: '/v1/x?y=z', body: { asked: 'ü' } }]);
  }
});

test('a GET has no body', async (t) => {
  const agent = await agentFor(t, { status: 200, body: [] });
  t.deepEqual(
    await connectAgent(agent.socket).call('GET', '/v1/leases', undefined, 1_000)(),
    E.right({ status: 200, body: [] }),
  );
  t.deepEqual(agent.heard, [{ method: 'GET', path: '/v1/leases', body: undefined }]);
});

test('no socket: the agent is unreachable, with words', async (t) => {
  const socket = join(tmpdir(), `evio-nobody-${randomBytes(4).toString('hex')}.sock`);
  t.deepEqual(
    await connectAgent(socket).call('GET', '/', undefined, 1_000)(),
    E.left({ type: 'agent-unreachable', socket, reason: 'there is no socket (ENOENT)' }),
  );
});

for (const reply of ['hang-up', 'hang-up-in-the-middle'] as const) {
  test(`after a ${reply} the agent may have acted`, async (t) => {
    const agent = await agentFor(t, reply);
    t.like(await connectAgent(agent.socket).call('POST', '/', {}, 1_000)(), {
      left: { type: 'agent-hung-up', socket: agent.socket },
    });
    t.is(agent.heard.length, 1);
  });
}

test('no answer in time: the agent may have acted', async (t) => {
  const agent = await agentFor(t, 'silence');
  t.like(await connectAgent(agent.socket).call('POST', '/', {}, 100)(), {
    left: { type: 'agent-hung-up', reason: 'no answer within 100 ms' },
  });
});

test('what is no HTTP, or no JSON, is no answer', async (t) => {
  for (const answer of ['hello\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello']) {
    const socket = join(tmpdir(), `evio-odd-${randomBytes(4).toString('hex')}.sock`);
    const server = createServer((connection) => connection.end(answer));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    t.teardown(() => server.close());
    t.like(await connectAgent(socket).call('POST', '/', {}, 1_000)(), { left: { type: 'agent-hung-up' } });
  }
});
