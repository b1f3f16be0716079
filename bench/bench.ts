import type { LaunchAndWait } from '../test/support/launch.ts';
import type { Figures } from './figures.ts';
import type { Size } from './options.ts';
import type { Pod } from './pods.ts';
import type { Table } from './table.ts';

/** What every part of the measurement is given. */
export type Bench = {
  readonly size: Size;
  /** Sixteen empty pods, used one after another by all: whoever wires one unwires it. */
  readonly pods: ReadonlyArray<Pod>;
  readonly launch: LaunchAndWait;
  readonly progress: (text: string) => void;
  /** Throws when somebody wants the measurement to end. Asked between any two calls, so that all is removed in order. */
  readonly goOn: () => void;
};

/** What a part found. */
export type Section = { readonly tables: ReadonlyArray<Table>; readonly figures: Partial<Figures> };

export type Measure = (bench: Bench) => Promise<Section>;
