import type { Clock } from '../domain/port/clock.ts';

/** Where a line that changes can stand. */
export type Drawable = {
  /** Draws over the last line; absent where nobody watches. */
  readonly draw?: (text: string) => void;
};

export type Progress = {
  /** So many are done now, of all; `of`: where it is known only now how many these are. */
  readonly tick: (done: number, of?: number) => void;
  /** Clears the line. */
  readonly done: () => void;
};

/** What takes less is over before anybody wonders. */
const quietMs = 2000;
const redrawMs = 100;

/** The last line of a stream, when it is a terminal. */
export const drawableOf = (stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Drawable =>
  stream.isTTY ? { draw: (text) => stream.write(`\r${text}\u001b[K`) } : {};

const grouped = (count: number): string => count.toLocaleString('en-GB');

/** `412,000 of 1,000,000 events  41 %`, for a person who has waited for two seconds; nothing where nobody watches. */
export const progress = (
  { draw }: Drawable,
  clock: Pick<Clock, 'monotonicMs'>,
  total: number,
  what = 'events',
): Progress => {
  const begun = clock.monotonicMs();
  let drawn = begun + quietMs - redrawMs;
  let visible = false;
  return {
    tick: (done, of = total) => {
      if (draw === undefined) return;
      const now = clock.monotonicMs();
      if (now - drawn < redrawMs) return;
      drawn = now;
      visible = true;
      const percent = of === 0 ? 100 : Math.floor((100 * done) / of);
      draw(`${grouped(done)} of ${grouped(of)} ${what}  ${percent} %`);
    },
    done: () => {
      if (visible) draw?.('');
    },
  };
};
