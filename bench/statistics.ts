/** The value that a share of the sample does not exceed (nearest rank); NaN of nothing. */
export const quantile = (sample: ReadonlyArray<number>, share: number): number => {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export const median = (sample: ReadonlyArray<number>): number => quantile(sample, 0.5);

export const p99 = (sample: ReadonlyArray<number>): number => quantile(sample, 0.99);

/** Three digits are all that such a measurement has to say. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
