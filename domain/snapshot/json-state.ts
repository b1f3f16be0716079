import { either as E } from 'fp-ts';
import type * as t from 'io-ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { StateCodec } from './state-codec.ts';

/** A state kept as the canonical JSON of a stored shape: equal states make equal texts. */
export const jsonState = <State, Stored extends Json>(
  name: string,
  stored: t.Type<Stored, unknown>,
  store: (state: State) => Stored,
  restore: (stored: Stored) => State,
): StateCodec<State> => ({
  name,
  encode: (state) => canonicalJson(store(state)),
  decode: (text) => {
    const decoded = E.flatMap(stored.decode)(
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => [],
      ),
    );
    return E.isRight(decoded) ? restore(decoded.right) : undefined;
  },
});
