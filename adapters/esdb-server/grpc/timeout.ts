const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** Milliseconds of a `grpc-timeout` header: at most eight digits and a unit; `undefined` when there is none that can be read. */
export const timeoutMs = (header: string | undefined): number | undefined => {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header ?? '') ?? [];
  const perUnit = unitMs[unit];
  return digits === undefined || perUnit === undefined ? undefined : Number(digits) * perUnit;
};
