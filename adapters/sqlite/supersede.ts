import { either as E } from 'fp-ts';
import type { SupersededEnd } from '../../domain/port/supersede.ts';
import { supersededStream } from '../../domain/superseded.ts';
import type { Work } from './work.ts';

/** In a transaction like an append's, so that none comes in between; what is remembered of ends holds no longer then. */
export const superseding = ({ stream, behind, epoch }: SupersededEnd): Work<never, undefined> => ({
  events: 0,
  run: ({ statements, ends }) => {
    const end = ends.stream(stream);
    if (end !== undefined && end.revision > behind) {
      statements.supersede(end.key, behind, statements.addStream(supersededStream(stream, epoch)), epoch);
      ends.forget();
    }
    return E.right({ answer: undefined, wrote: [] });
  },
});
