import { either as E } from 'fp-ts';
import type { Caller } from '../../../domain/port/access.ts';
import type { ClientEventRead, ClientLog } from '../../../domain/port/client-log.ts';
import type { Resolved } from '../messages/read-answer.ts';

const linkType = '$>';

/** `<revision>@<stream>`, as projections and clients write links; `undefined` for any other text. */
const targetOf = ({ data }: ClientEventRead): readonly [stream: string, revision: number] | undefined => {
  const text = typeof data === 'string' ? data : '';
  const [, revision = '', stream = ''] = /^(\d{1,15})@(.+)$/s.exec(text) ?? [];
  return stream === '' ? undefined : [stream, Number(revision)];
};

/**
 * The event that a link leads to, beside the link; without an event where there is none any more, or none that the caller may read. An
 * event that is no link stands for itself.
 */
export const resolveLink = async (
  log: Pick<ClientLog, 'eventAt'>,
  caller: Caller,
  event: ClientEventRead,
): Promise<Resolved> => {
  if (event.type !== linkType) return { event };
  const target = targetOf(event);
  if (target === undefined) return { event: undefined, link: event };
  const [stream, revision] = target;
  if (E.isLeft(await caller.may({ action: 'read', stream })())) return { event: undefined, link: event };
  const found = await log.eventAt(stream, revision)();
  return { event: E.isRight(found) ? found.right : undefined, link: event };
};
