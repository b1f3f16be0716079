import { either as E } from 'fp-ts';
import * as t from 'io-ts';

/** An earlier version of an event's payload: the way from it to the next one, and back. */
export type EarlierVersion = {
  /** The stored payload as the next version has it; fails, with the key, on what this version never wrote. */
  readonly up: (payload: unknown) => t.Validation<unknown>;
  /** The next version's payload as this one has it; `undefined` when this version cannot say it. */
  readonly down: (payload: unknown) => unknown;
  /** The generation of programs (`domain/reader.ts`) that is the first to read the next version. */
  readonly nextReader: number;
  /** Whether every payload of this version is, as it stands, one of the next: nothing has to be translated. */
  readonly asItStands?: true;
};

/** `stored` describes what differs from the next version; all else goes through as it is, for that version to check. */
export const earlierVersion = <Old, New>(
  stored: t.Type<Old, unknown, unknown>,
  up: (old: Old) => New,
  down: (next: New) => Old | undefined,
  nextReader: number,
): EarlierVersion => ({
  up: (payload) => E.map(up)(stored.decode(payload)),
  down: (payload) => down(payload as New),
  nextReader,
});

/** Where the next version says the same in the same words, and can say more: `sayable` tells what this version could say, too. */
export const widened = <New>(sayable: (next: New) => boolean, nextReader: number): EarlierVersion => ({
  up: t.success,
  down: (payload) => (sayable(payload as New) ? payload : undefined),
  nextReader,
  asItStands: true,
});

/** A payload of `version` as the current version has it. `earlier` begins with version 1. */
export const upcast = (
  earlier: ReadonlyArray<EarlierVersion>,
  version: number,
  payload: unknown,
): t.Validation<unknown> =>
  earlier
    .slice(version - 1)
    .reduce<t.Validation<unknown>>((lifted, { up }) => E.flatMap(up)(lifted), t.success(payload));

/** A payload of the current version as the newest version has it that `reader` reads; `undefined` when that cannot say it. */
export const downcast = (
  earlier: ReadonlyArray<EarlierVersion>,
  reader: number,
  payload: unknown,
): { readonly version: number; readonly payload: unknown } | undefined => {
  const readable = earlier.findIndex(({ nextReader }) => nextReader > reader);
  const version = readable === -1 ? earlier.length + 1 : readable + 1;
  const lowered = earlier
    .slice(version - 1)
    .reduceRight<unknown>((newer, { down }) => (newer === undefined ? undefined : down(newer)), payload);
  return lowered === undefined ? undefined : { version, payload: lowered };
};
