import test from 'ava';
import type { HttpHandler } from '../../../domain/port/http.ts';
import { gate, post, raw, serve, socketPath } from './serving.ts';

test('the answer says how long it took since the connection', async (t) => {
  const path = await socketPath(t);
  const slow: HttpHandler = async () => {
    const { open, opened } = gate();
    setTimeout(open, 60);
    await opened;
    return { status: 200, body: 'hello' };
  };
  await serve(t, path, slow);
  const answer = await raw(path, ...post('{}'));
  const [, ms] = /^server-timing: total;dur=([\d.]+)\r$/im.exec(answer) ?? [];
  t.true(Number(ms) >= 59, answer);
});
