import type { Uuid } from '../identity/uuid.ts';

/**
 * Chance from a seed, the same on every machine: only 32-bit integers and products of doubles, never a function whose last digit
 * is the platform's choice (`Math.log`).
 */
export type Dice = {
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  /** A whole number with this mean: mostly shorter, sometimes up to four times as long. */
  readonly around: (mean: number) => number;
  /** So many hexadecimal digits. */
  readonly hex: (digits: number) => string;
  /** In the form of a random one (RFC 9562 version 4). */
  readonly uuid: () => Uuid;
};

/** Spreads one seed over the generator's four words (splitmix32), so that seeds 1 and 2 share nothing. */
const spread = (seed: number): readonly [number, number, number, number] => {
  let state = seed | 0;
  const word = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  return [word(), word(), word(), word()];
};

/** C. Doty-Humphrey's sfc32 (PractRand). */
export const dice = (seed: number): Dice => {
  let [a, b, c, counter] = spread(seed);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();

  const share = (): number => next() / 0x1_0000_0000;
  const below = (limit: number): number => Math.floor(share() * limit);
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += next().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  };
  return {
    below,
    chance: (wanted) => share() < wanted,
    around: (mean) => Math.round(4 * mean * share() * share()),
    hex,
    uuid: () => {
      const digits = hex(32);
      const variant = '89ab'[below(4)];
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}` as Uuid;
    },
  };
};
