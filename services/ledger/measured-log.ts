import { either as E, type taskEither as TE } from 'fp-ts';
import type { ClientLog, ClientPage } from '../../domain/port/client-log.ts';
import type { Log } from '../../domain/port/log.ts';
import type { LedgerMetrics } from './metric-table.ts';

/** Who reads now. */
export type Readers = {
  readonly readings: () => number;
  readonly subscriptions: () => number;
  /** The lowest position that every subscription has been handed; `undefined` without any. */
  readonly slowest: () => number | undefined;
};

type Subscribed = { handed: number };

type Failed = { readonly type: string; readonly reason?: string; readonly flush?: 'refused' };

/** The same log, counting how clients' appends end, and who reads it. `fault`: why the last append was not written; `undefined` when it was, or the log is latched. */
export const measuredLog = (
  log: ClientLog,
  metrics: LedgerMetrics,
  journal: Log,
): ClientLog & { readonly readers: Readers; readonly fault: () => string | undefined } => {
  let readings = 0;
  const subscriptions = new Set<Subscribed>();
  let fault: string | undefined;

  const writable = (): void => {
    if (fault !== undefined) journal.info('the log can be written again');
    fault = undefined;
  };
  const unwritable = ({ reason = '', flush }: Failed): void => {
    // The log says so itself, and once.
    if (flush === 'refused') return;
    if (fault !== reason)
      journal.error(`the log cannot be written: ${reason}`, {
        remedy: 'make room on its disk; nothing was kept of the append',
      });
    fault = reason;
  };

  const counted =
    <Failure extends Failed, A>(append: TE.TaskEither<Failure, A>) =>
    async (): Promise<E.Either<Failure, A>> => {
      const outcome = await append();
      metrics.record('appends', 1, { outcome: E.isLeft(outcome) ? outcome.left.type : 'ok' });
      if (E.isRight(outcome)) writable();
      else if (outcome.left.type === 'unavailable') unwritable(outcome.left);
      return outcome;
    };

  const reading = async function* <Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page, void> {
    readings += 1;
    try {
      yield* pages;
    } finally {
      readings -= 1;
    }
  };

  /** What a subscription has been handed: where all was looked at, that far; else its last event's position. */
  const subscription = async function* <Page extends ClientPage & { readonly lookedAt?: number | undefined }>(
    pages: AsyncIterable<Page>,
  ): AsyncGenerator<Page, void> {
    const own: Subscribed = { handed: -1 };
    subscriptions.add(own);
    try {
      for await (const page of pages) {
        yield page;
        // Asked for the next one, so this one has left.
        own.handed = page.caughtUp
          ? Number.POSITIVE_INFINITY
          : (page.lookedAt ?? page.events.at(-1)?.position ?? own.handed);
      }
    } finally {
      subscriptions.delete(own);
    }
  };

  return {
    identity: log.identity,
    append: (append) => counted(log.append(append)),
    delete: (deletion) => counted(log.delete(deletion)),
    tombstone: (deletion) => counted(log.tombstone(deletion)),
    readStream: (read) => async () => E.map(reading<ClientPage>)(await log.readStream(read)()),
    readAll: (read) => reading(log.readAll(read)),
    subscribeStream: (wanted) => subscription(log.subscribeStream(wanted)),
    subscribeAll: (wanted) => subscription(log.subscribeAll(wanted)),
    eventAt: log.eventAt,
    end: log.end,
    fault: () => fault,
    readers: {
      readings: () => readings,
      subscriptions: () => subscriptions.size,
      slowest: () => {
        const handed = [...subscriptions].map((one) => one.handed);
        return handed.length === 0 ? undefined : Math.min(...handed);
      },
    },
  };
};
