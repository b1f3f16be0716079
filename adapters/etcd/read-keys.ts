import { taskEither as TE } from 'fp-ts';
import * as t from 'io-ts';
import type { ReadEtcdKeys } from '../../domain/port/etcd.ts';

/** The answer of etcd's JSON gateway to `/v3/kv/range`: bytes are in base64, and what is empty is left out. */
const Range = t.partial({ kvs: t.readonlyArray(t.type({ key: t.string })), more: t.boolean });

const patienceMs = 10_000;

/** Far below the 4 MiB that the gateway takes in one answer. */
const pageKeys = 5_000;

const base64 = (bytes: Buffer): string => bytes.toString('base64');

/** The first key behind all that begin with the prefix: its last byte, one higher (etcd's `GetPrefixRangeEnd`). */
const behind = (prefix: Buffer): Buffer => {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return end;
};

const page = async (endpoint: string, from: Buffer, to: Buffer): Promise<t.TypeOf<typeof Range>> => {
  const answer = await fetch(new URL('/v3/kv/range', endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: base64(from), range_end: base64(to), keys_only: true, limit: pageKeys }),
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!answer.ok) throw new Error(`status ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
  const body: unknown = await answer.json();
  if (!Range.is(body)) throw new Error('its answer is not that of etcd');
  return body;
};

const wording = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};

/** Asks etcd 3.4 or newer over its own JSON gateway; changes nothing. `prefix` ends below 0xff. */
export const readEtcdKeys: ReadEtcdKeys = (endpoint, prefix) =>
  TE.tryCatch(
    async () => {
      const to = behind(Buffer.from(prefix));
      const keys: string[] = [];
      let from = Buffer.from(prefix);
      for (;;) {
        const { kvs = [], more = false } = await page(endpoint, from, to);
        const found = kvs.map(({ key }) => Buffer.from(key, 'base64'));
        keys.push(...found.map((key) => key.toString('utf8')));
        const last = found.at(-1);
        if (!more || last === undefined) return keys;
        from = Buffer.concat([last, Buffer.of(0)]);
      }
    },
    (error) => ({ type: 'etcd-failed', endpoint, reason: wording(error) }),
  );
