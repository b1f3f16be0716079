import { either as E } from 'fp-ts';
import * as t from 'io-ts';

/** A storage format: when the ledger confirmed the lease last, on the clock of one boot. */
const LeaseTerm = t.strict({
  version: t.literal(1),
  incarnation: t.string,
  bootId: t.string,
  /** Milliseconds since that boot. */
  confirmedMs: t.number,
});

export type TermPlace = Pick<t.TypeOf<typeof LeaseTerm>, 'incarnation' | 'bootId'>;

export const leaseTermText = (place: TermPlace, confirmedMs: number): string =>
  `${JSON.stringify(LeaseTerm.encode({ version: 1, ...place, confirmedMs }))}\n`;

/**
 * When the ledger confirmed the lease of this life in this boot; `undefined` where the text does not say: a term of which nothing is known is
 * over. One that lies ahead of `nowMs` is of another clock.
 */
export const parseLeaseTerm = (text: string, place: TermPlace, nowMs: number): number | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const decoded = LeaseTerm.decode(json);
  if (E.isLeft(decoded)) return undefined;
  const { incarnation, bootId, confirmedMs } = decoded.right;
  const isOurs = incarnation === place.incarnation && bootId === place.bootId && confirmedMs <= nowMs;
  return isOurs ? confirmedMs : undefined;
};
