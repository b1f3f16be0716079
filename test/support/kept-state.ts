import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { StateCodec } from '../../domain/snapshot/state-codec.ts';

/** What a snapshot of the state gives back; fails when it is another state, be it only the order of a map. */
export const throughSnapshot = <State>(
  t: ExecutionContext,
  { encode, decode }: StateCodec<State>,
  state: State,
  when: string,
): State => {
  const text = encode(state);
  const restored = decode(text);
  if (restored === undefined) throw new Error(`${when}: what was stored cannot be read`);
  if (!isDeepStrictEqual(restored, state)) t.deepEqual(restored, state, when);
  // Maps that are equal may differ in their order, which decisions follow; texts do not.
  if (encode(restored) !== text) t.is(encode(restored), text, when);
  return restored;
};
