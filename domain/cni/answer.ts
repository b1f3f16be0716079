import type { CniError } from './error.ts';
import { type CniResult, cniResult } from './result.ts';
import { integer, objectOf, shaped, text } from './shape.ts';

/** The body of an agent's answer with status 200 to an ADD; the other verbs answer an empty `result`. Left says in words what is wrong. */
export const decodeAddAnswer = shaped(objectOf<{ readonly result: CniResult }>({ result: cniResult }));

/** The body of an agent's answer with any other status; `error.ts` makes what is in it. */
export const decodeErrorAnswer = shaped(
  objectOf<{ readonly error: CniError }>({
    error: objectOf<CniError>({ code: integer, msg: text, details: text }),
  }),
);
