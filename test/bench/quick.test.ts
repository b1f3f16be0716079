import { resolve } from 'node:path';
import test from 'ava';
import { run } from '../support/run.ts';

/** What those who compare figures read; more may stand beside. */
const figures: Readonly<Record<string, ReadonlyArray<string>>> = {
  'bench/main.ts': [
    'addRatio',
    'addRatioNoMasq',
    'delRatio',
    'checkRatio',
    'statusRatio',
    'agentAddMedianMs',
    'addHeld4000Ratio',
    'parallel16',
    'wired250FirstPacketMs',
    'agentRssMiB',
    'drain1000Ms',
    'repair100Ms',
  ],
  'bench/ledger/main.ts': [
    'coldRebuildS',
    'rawScanS',
    'snapshotReadyMs',
    'foldPerS',
    'whoHadMs',
    'podsAtMs',
    'verifyS',
    'rawSha256S',
    'peakMiB',
  ],
  'bench/wire/main.ts': ['appendPerS', 'bulkPerS', 'catchUpPerS', 'subscribeLagP99Ms', 'rssMiB'],
  'bench/cluster/main.ts': [
    'join500S',
    'join500Rtt100S',
    'appendsPerJoin',
    'decideAt65536Ms',
    'stateAt65536MiB',
    'catchUp65536S',
    'ship10000S',
    'simulatedStepsPerS',
  ],
};

const numbersIn = (figure: unknown): ReadonlyArray<unknown> =>
  typeof figure === 'object' && figure !== null ? Object.values(figure) : [figure];

for (const [program, keys] of Object.entries(figures)) {
  test.serial(`${program} measures to its end, and its last line has every figure`, async (t) => {
    t.timeout(300_000);
    const path = resolve(import.meta.dirname, '../..', program);
    const printed = (await run(process.execPath, path, '--quick', '--json')).trimEnd().split('\n');
    const last = JSON.parse(printed.at(-1) ?? '') as Readonly<Record<string, unknown>>;
    for (const key of keys) {
      const numbers = numbersIn(last[key]);
      t.true(numbers.length > 0 && numbers.every(Number.isFinite), `${key}: ${JSON.stringify(last[key])}`);
    }
  });
}
