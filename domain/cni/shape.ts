import { either as E } from 'fp-ts';
import { faultWords } from './decoding.ts';
import { isObject } from './judge.ts';

/*
 * What the plugin is answered and passed on. It reads one or two objects in its life and then ends: io-ts took longer to load (0.6 ms)
 * than all that it does for a CHECK.
 */

/** The first part of a value that is not as it should be, and the way to it, without the numbers in lists. */
export type Fault = { readonly way: ReadonlyArray<string>; readonly value: unknown };

/** `undefined` when nothing is wrong. The type is a promise of whoever writes the shape down. */
export type Shape<A> = {
  (value: unknown, way: ReadonlyArray<string>): Fault | undefined;
  readonly of?: A;
};

const oneOf =
  <A>(accepts: (value: unknown) => boolean): Shape<A> =>
  (value, way) =>
    accepts(value) ? undefined : { way, value };

export const text = oneOf<string>((value) => typeof value === 'string');
export const number = oneOf<number>((value) => typeof value === 'number');
export const integer = oneOf<number>(Number.isInteger);

export const maybe =
  <A>(shape: Shape<A>): Shape<A | undefined> =>
  (value, way) =>
    value === undefined ? undefined : shape(value, way);

export const listOf =
  <A>(shape: Shape<A>): Shape<ReadonlyArray<A>> =>
  (value, way) => {
    if (!Array.isArray(value)) return { way, value };
    for (const one of value) {
      const fault = shape(one, way);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** Each key of the type has its shape; keys beside them are passed by. */
export const objectOf = <A>(fields: { readonly [K in keyof A]-?: Shape<A[K]> }): Shape<A> => {
  const shapes = Object.entries<Shape<unknown>>(fields);
  return (value, way) => {
    if (!isObject(value)) return { way, value };
    for (const [key, shape] of shapes) {
      const fault = shape(value[key], [...way, key]);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
};

/** The value as it came, when it has the shape; else in words what it lacks. */
export const shaped =
  <A>(shape: Shape<A>) =>
  (value: unknown): E.Either<string, A> => {
    const fault = shape(value, []);
    return fault === undefined ? E.right(value as A) : E.left(faultWords(fault.way, fault.value));
  };
