const units: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `1GiB`, `1.5 GiB`, `512MiB` or bytes; `undefined` for anything else. */
export const parseSize = (text: string): number | undefined => {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]iB)?\s*$/.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (units[unit] ?? Number.NaN));
  return number !== undefined && Number.isSafeInteger(bytes) ? bytes : undefined;
};

/** In the largest unit that leaves a whole number, or one decimal: `312 MiB`, `1.5 GiB`. */
export const sizeWords = (bytes: number): string => {
  const [unit, width] = Object.entries(units).findLast(([, each]) => Math.abs(bytes) >= each) ?? ['', 1];
  const number = bytes / width;
  return `${number < 10 && unit !== '' ? Number(number.toFixed(1)) : Math.round(number)} ${unit === '' ? 'B' : unit}`;
};
