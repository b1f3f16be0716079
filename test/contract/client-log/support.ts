import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { either as E, type taskEither as TE } from 'fp-ts';
import { prefixFilter } from '../../../domain/esdb/filter.ts';
import type {
  AllRead,
  ClientAppended,
  ClientEvent,
  ClientExpectation,
  ClientLog,
  ClientPage,
  EventFilter,
  StreamRead,
} from '../../../domain/port/client-log.ts';
import type { Clock } from '../../../domain/port/clock.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { must as plainly } from '../../support/must.ts';

/** One log, for ourselves and for clients. */
export type ServedLog = EventStore & { readonly clients: ClientLog };

/** Opens a fresh, empty log for one test and closes it in the test's teardown. */
export type OpenLog = (t: ExecutionContext, clock: Clock) => ServedLog;

export const sent = (data: string | number, given: Partial<ClientEvent> = {}): ClientEvent => ({
  id: randomUUID(),
  type: 'OrderPlaced',
  contentType: 'application/json',
  data: typeof data === 'number' ? `{"number":${data}}` : data,
  metadata: '',
  ...given,
});

/** `{"number":from}` and so on. */
export const numbered = (from: number, count: number): ReadonlyArray<ClientEvent> =>
  Array.from({ length: count }, (_, index) => sent(from + index));

/** The answer; fails the test with the failure's words when it is refused. */
export const must = async <A>(asked: TE.TaskEither<unknown, A>): Promise<A> => {
  const answer = await asked();
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left));
  return answer.right;
};

/** A filter by these few prefixes. */
export const prefixed = (on: EventFilter['on'], prefixes: ReadonlyArray<string>): EventFilter =>
  plainly(prefixFilter(on, prefixes));

/** The refusal; fails the test when there is none. */
export const refused = async <F>(asked: TE.TaskEither<F, unknown>): Promise<F> => {
  const answer = await asked();
  if (E.isRight(answer)) throw new Error(JSON.stringify(answer.right));
  return answer.left;
};

/** Of an answer, where the append stands. */
export const placeOf = ({ revision, position }: ClientAppended): ClientAppended => ({ revision, position });

export const append = async (
  { clients }: ServedLog,
  stream: string,
  events: ReadonlyArray<ClientEvent>,
  expected: ClientExpectation = 'any',
): Promise<ClientAppended> => placeOf(await must(clients.append({ stream, expected, events })));

/** `orders@0 {"number":1}` */
const short = (page: ClientPage): ReadonlyArray<string> =>
  page.events.map(({ stream, revision, data }) => `${stream}@${revision} ${data}`);

export const read = async (
  { clients }: ServedLog,
  stream: string,
  given: Partial<StreamRead> = {},
): Promise<ReadonlyArray<string>> => {
  const pages = await must(
    clients.readStream({ stream, direction: 'forwards', from: 0, limit: Infinity, ...given }),
  );
  return (await Array.fromAsync(pages)).flatMap(short);
};

export const readAll = async (
  { clients }: ServedLog,
  given: Partial<AllRead> = {},
): Promise<ReadonlyArray<string>> =>
  (
    await Array.fromAsync(clients.readAll({ direction: 'forwards', from: 0, limit: Infinity, ...given }))
  ).flatMap(short);

/** What a subscription has shown so far: events in short, and `caught up` where it said so. */
export const shown = (pages: AsyncIterable<ClientPage>): string[] => {
  const seen: string[] = [];
  const follow = async (): Promise<void> => {
    try {
      for await (const page of pages) {
        seen.push(...short(page));
        if (page.caughtUp) seen.push('caught up');
      }
      seen.push('ended');
    } catch (error) {
      seen.push(`failed: ${(error as { readonly type?: string }).type}`);
    }
  };
  void follow();
  return seen;
};

export const describe = (metadata: string): ReadonlyArray<ClientEvent> => [
  sent(metadata, { type: '$metadata' }),
];
