import type { LogReader } from '../../domain/port/log-reader.ts';
import { NeedsArchive } from '../../domain/transfer/archived-gap.ts';
import { reasonOf } from './reason.ts';
import { unavailable } from './unavailable.ts';

/** A reader that throws what SQLite cannot read as the port says: as a `ReadFailure` with a reason to act on. */
export const tellingReader = (path: string, log: LogReader): LogReader => {
  const told = <A>(read: () => A): A => {
    try {
      return read();
    } catch (error) {
      if (error instanceof NeedsArchive) throw error;
      throw unavailable(reasonOf(error, path));
    }
  };
  const toldPages = function* <Page>(pages: () => Iterable<Page>): Generator<Page, void> {
    const iterator = told(() => pages()[Symbol.iterator]());
    for (;;) {
      const next = told(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  };
  return {
    identity: log.identity,
    end: () => told(log.end),
    archived: () => told(log.archived),
    pages: (from, archived) => toldPages(() => log.pages(from, archived)),
    leanPages: (from, archived) => toldPages(() => log.leanPages(from, archived)),
    leanPagesOf: (streams, from) => toldPages(() => log.leanPagesOf(streams, from)),
    streamPages: (stream, from) => toldPages(() => log.streamPages(stream, from)),
    at: (position) => told(() => log.at(position)),
    heads: () => told(log.heads),
    damage: () => told(log.damage),
    close: log.close,
  };
};
