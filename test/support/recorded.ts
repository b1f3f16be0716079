/*
 * What plugin and agent said to each other, as it lies in `test/golden/protocol-v*`: `<requestId>` and the like stand for what differs
 * from run to run, and times are 0.
 */

export const requestId = '0b0a7a2e-6a1f-4c9b-9c1e-6f1d2c3b4a59';

/** With these in the places that bear their names. */
export const filled = <A>(value: A, places: Readonly<Record<string, string>>): A =>
  JSON.parse(
    Object.entries({ requestId, ...places }).reduce(
      (text, [name, place]) => text.replaceAll(`<${name}>`, place),
      JSON.stringify(value),
    ),
  ) as A;

const isOfThisRun = (key: string): boolean => key.endsWith('Ms') || key === 'device' || key === 'inode';

/** With times and numbers of namespaces as 0. */
export const timeless = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value: unknown) => (isOfThisRun(key) ? 0 : value));
