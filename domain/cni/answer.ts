import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { firstFault } from './decoding.ts';
import { CniResult } from './result.ts';

/** A CNI error as the agent sends it; `domain/cni/error.ts` makes them. */
export const CniErrorCodec = t.type({ code: t.Int, msg: t.string, details: t.string });

/** The body of an agent's answer with status 200 to an ADD; the other verbs answer an empty `result`. */
export const AddAnswer = t.type({ result: CniResult });

/** The body of an agent's answer with any other status. */
export const ErrorAnswer = t.type({ error: CniErrorCodec });

const decodeWith =
  <A>(codec: t.Decoder<unknown, A>) =>
  (body: unknown): E.Either<string, A> =>
    E.mapLeft(firstFault)(codec.decode(body));

/** Left says in words what is wrong with the body. */
export const decodeAddAnswer = decodeWith(AddAnswer);
export const decodeErrorAnswer = decodeWith(ErrorAnswer);
