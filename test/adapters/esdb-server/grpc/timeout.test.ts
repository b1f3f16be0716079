import test from 'ava';
import { timeoutMs } from '../../../../adapters/esdb-server/grpc/timeout.ts';

for (const [header, expected] of [
  ['250m', 250],
  ['2S', 2000],
  ['1M', 60_000],
  ['1H', 3_600_000],
  ['5000u', 5],
  ['99999999n', 99.999999],
  ['123456789m', undefined],
  ['2s', undefined],
  ['', undefined],
  [undefined, undefined],
] as const)
  test(`grpc-timeout ${header} is ${expected} ms`, (t) => t.is(timeoutMs(header), expected));
