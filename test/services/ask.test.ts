import test from 'ava';
import { either as E } from 'fp-ts';
import { connectAgent } from '../../adapters/http/client.ts';
import { ask, patienceWithLogMs } from '../../services/ask.ts';
import { gate, serve, socketPath } from '../adapters/http/serving.ts';

test('who hears the question and says nothing has perhaps done it; who is not there has not', async (t) => {
  const path = await socketPath(t);
  const agent = connectAgent(path);
  const nobody = await ask(agent, 'GET', '/v1/status');
  t.like(nobody, {
    left: { type: 'no-agent', remedy: 'start evio-agent, or name its socket with --socket' },
  });

  const end = gate();
  await serve(t, path, async () => {
    await end.opened;
    return { status: 200, body: 'late' };
  });
  const silent = await ask(agent, 'POST', '/v1/redact', {}, 50);
  t.like(silent, {
    left: {
      type: 'no-answer',
      msg: `evio-agent on ${path} was asked and did not answer: no answer within 50 ms`,
    },
  });
  const patient = ask(agent, 'POST', '/v1/redact', {}, patienceWithLogMs);
  end.open();
  t.deepEqual(await patient, E.right('late'));
});
