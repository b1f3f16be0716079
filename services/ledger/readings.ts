import { either as E, type taskEither as TE } from 'fp-ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { LedgerReading } from './metric-table.ts';
import type { Ledger } from './serve.ts';

type Measured = {
  readonly clientLog: Pick<ClientLog, 'end'>;
  readonly latched: Latched;
  /** Bytes. */
  readonly writeAhead: TE.TaskEither<unknown, number>;
  /** Milliseconds since the epoch. */
  readonly certificateEnd: (pem: string) => string | undefined;
};

const one = (of: Exclude<LedgerReading['of'], 'readers' | 'calls' | 'appends'>, value: number | undefined) =>
  value === undefined ? [] : [{ of, value, labels: {} }];

/** What the gauges say at this moment. What cannot be read is left out. */
export const readingsOf = async (
  ledger: Ledger,
  { clientLog, latched, writeAhead, certificateEnd }: Measured,
): Promise<ReadonlyArray<LedgerReading>> => {
  const [end, wal] = await Promise.all([clientLog.end()(), writeAhead()]);
  const { readers } = ledger;
  const position = E.isRight(end) ? end.right : undefined;
  const disk = ledger.disk();
  const certificate = ledger.certificate();
  const ends = certificate === undefined ? undefined : certificateEnd(certificate);
  return [
    ...one('ready', ledger.reasons().length === 0 ? 1 : 0),
    ...one('connections', ledger.connections()),
    { of: 'readers', value: readers.readings(), labels: { kind: 'reading' } },
    { of: 'readers', value: readers.subscriptions(), labels: { kind: 'subscription' } },
    // One that waits for what comes is behind nothing.
    ...one('subscriptionLag', position && Math.max(0, position - (readers.slowest() ?? position))),
    ...one('position', position),
    ...one('flushRefused', latched() === undefined ? 0 : 1),
    ...one('writeAhead', E.isRight(wal) ? wal.right : undefined),
    ...one('certificateEnds', ends === undefined ? undefined : Date.parse(ends) / 1000),
    ...one('logUsed', disk?.used),
    ...one('logLeft', disk?.left),
    ...one('logFullDays', disk?.fullInDays),
  ];
};
