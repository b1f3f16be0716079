import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { connectAgent } from '../../adapters/http/client.ts';
import { makeScene } from './scene.ts';

/*
 * What plugin and agent said to each other, as it lies in `test/golden/protocol-v*`: `<requestId>` and the like stand for what differs
 * from run to run, and times are 0.
 */

export const requestId = '0b0a7a2e-6a1f-4c9b-9c1e-6f1d2c3b4a59';

/** With these in the places that bear their names. */
export const filled = <A>(value: A, places: Readonly<Record<string, string>>): A =>
  JSON.parse(
    Object.entries({ requestId, ...places }).reduce(
      (text, [name, place]) => text.replaceAll(`<${name}>`, place),
      JSON.stringify(value),
    ),
  ) as A;

const isOfThisRun = (key: string): boolean => key.endsWith('Ms') || key === 'device' || key === 'inode';

/** With times and numbers of namespaces as 0. */
export const timeless = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value: unknown) => (isOfThisRun(key) ? 0 : value));

/** One run of the plugin: what it asked, and was answered. */
export type Recorded = {
  readonly name: string;
  readonly asked: ReadonlyArray<{
    readonly request: { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
    readonly answer: { readonly status: number; readonly body: object };
  }>;
};

export const readRecorded = async <Exchange extends Recorded>(
  file: string,
  version = 1,
): Promise<ReadonlyArray<Exchange>> => {
  const golden = new URL(`../golden/protocol-v${version}/${file}`, import.meta.url);
  return (JSON.parse(await readFile(golden, 'utf8')) as { readonly exchanges: ReadonlyArray<Exchange> })
    .exchanges;
};

/** A node of today, asked what was asked then, in the same order, answers what was answered. */
export const answersAsRecorded = async (
  t: ExecutionContext,
  exchanges: ReadonlyArray<Recorded>,
): Promise<void> => {
  const { node, makePod } = await makeScene(t);
  const places = { netns: (await makePod()).path };
  const agent = connectAgent(node.socket);
  for (const { name, asked } of exchanges) {
    const run = crypto.randomUUID();
    for (const { request, answer } of asked) {
      const body = { ...filled(request.body, places), requestId: run };
      const answered = await agent.call('POST', request.path, body, 20_000)();
      if (answered._tag === 'Left') return t.fail(answered.left.reason);
      t.is(answered.right.status, answer.status, name);
      t.deepEqual(timeless(answered.right.body), filled(answer.body, places), name);
    }
  }
};
