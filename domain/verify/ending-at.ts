import type { LogReader } from '../port/log-reader.ts';

/** What of a log is looked at to follow its chains. */
export type ChainedLog = Pick<LogReader, 'archived' | 'pages' | 'at' | 'damage'>;

/** The log as it was when it ended at this position: who reads it elsewhere may have opened it later. */
export const endingAt = (log: ChainedLog, last: number): ChainedLog => ({
  ...log,
  pages: function* (from, archived) {
    for (const page of log.pages(from, archived)) {
      const before = page.filter(({ position }) => position <= last);
      if (before.length > 0) yield before;
      if (before.length < page.length) return;
    }
  },
});
