import { either as E } from 'fp-ts';
import type { DroppableLog } from '../../domain/port/drop-era.ts';
import { append } from '../contract/event-store/support.ts';
import { generatedAppends } from './logged.ts';

/** Writes a seeded history, and gives the streams of the eras that were closed in it. */
export const writeEras = async (
  store: DroppableLog,
  spec = 'nodes=3,events=900,seed=5,era-events=60',
): Promise<ReadonlyArray<string>> => {
  const appends = generatedAppends(spec);
  await Promise.all(appends.map((one) => append(store, one)));
  return appends
    .filter(({ events }) => events.some(({ type }) => type === 'EraClosed'))
    .map(({ stream }) => stream);
};

export const archiveHash = 'ab'.repeat(32);

/** Drops a closed era whatever its archive; throws the refusal. */
export const drop = async (store: DroppableLog, stream: string, archive = archiveHash): Promise<void> => {
  const head = await store.head(stream)();
  if (E.isLeft(head) || head.right === undefined) throw new Error(`${stream} has no events`);
  const { revision, hash } = head.right;
  const dropped = await store.dropEra({ stream, revision, hash, archive })();
  if (E.isLeft(dropped)) throw new Error(JSON.stringify(dropped.left));
};
