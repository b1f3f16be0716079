import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { generateHistory } from '../../domain/generate/history.ts';
import type { HistorySpec } from '../../domain/generate/spec.ts';

const beforeAll = '2026-01-05T00:00:00.000Z';

/** One log on every machine: its id, too, goes into what is derived from it. */
const logId = '00000000-0000-4000-8000-000000000001';

/** Some thousand events are written between two flushes: a store remembers what is not on disk yet. */
const batchesPerFlush = 20;

/** Writes a generated history through the real store, each batch in one commit under its own stamp. */
export const writeLog = async (
  path: string,
  spec: HistorySpec,
  tick: (events: number) => void,
): Promise<number> => {
  let now = beforeAll;
  const clock = { now: () => now, monotonicMs: () => performance.now() };
  const opened = openSqliteStore({ path, clock, newLogId: () => logId, sha256 });
  if (E.isLeft(opened)) throw new Error(`the log cannot be written: ${JSON.stringify(opened.left)}`);
  const store = opened.right;
  let events = 0;
  let batches = 0;
  for (const { recordedAt, appends } of generateHistory(spec, { sha256, ids })) {
    now = recordedAt;
    batches += 1;
    const durability = batches % batchesPerFlush === 0 ? 'fsync' : 'written';
    const answers = await Promise.all(appends.map((append) => store.append({ ...append, durability })()));
    const failed = answers.find(E.isLeft);
    if (failed !== undefined) throw new Error(`the log cannot be written: ${JSON.stringify(failed.left)}`);
    events += appends.reduce((sum, append) => sum + append.events.length, 0);
    tick(events);
  }
  await store.close();
  return events;
};
