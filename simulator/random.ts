/** Numbers from 0 up to, not including, `below`: the same seed gives the same ones. */
export type Dice = (below: number) => number;

/** mulberry32: 32 bits of state, enough to choose among steps, and nothing that has to be secret. */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** A version 4 UUID (RFC 9562) from the dice. */
export const uuidFrom = (roll: Dice): string => {
  const hex = (digits: number): string =>
    roll(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(4)}${hex(4)}-${hex(4)}-4${hex(3)}-${(8 + roll(4)).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`;
};
