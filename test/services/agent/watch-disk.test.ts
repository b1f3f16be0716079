import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { DiskUse } from '../../../domain/port/disk-room.ts';
import type { FilesFailure } from '../../../domain/port/files.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import type { Host } from '../../../services/agent/ports.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { reasonsNow } from '../../../services/agent/reasons.ts';
import { watchDisk } from '../../../services/agent/watch-disk.ts';
import { joined } from '../../support/host.ts';

const mib = 2 ** 20;

const configuration = { bridge: { name: 'evio0' } } as AgentConfiguration;

/** An agent's watch over a disk that is as it is told. */
const watching = (diskBudget?: number) => {
  let use: E.Either<FilesFailure, DiskUse> = E.right({ used: 0, free: 0 });
  const lines: string[] = [];
  const line = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const clock = { now: () => '', monotonicMs: () => 0 };
  const readiness = unknownReadiness('');
  readiness.reasons = [];
  const look = watchDisk({ diskRoom: () => TE.fromEither(use)(), clock, log }, { diskBudget }, readiness);
  const host = { state: () => fold(decider, joined) } as unknown as Host;
  return {
    lines,
    look: async (next: typeof use) => {
      use = next;
      await look();
      return reasonsNow({ host, configuration, readiness, ports: {} });
    },
  };
};

const of = (used: number, free = 900 * mib) => E.right({ used: used * mib, free });

test('the log says each change of its room once, and STATUS speaks only when it could soon not take an ADD', async (t) => {
  const { look, lines } = watching(100 * mib);
  t.deepEqual(await look(of(50)), []);
  t.deepEqual(lines, []);
  t.deepEqual(await look(of(82)), []);
  t.deepEqual(await look(of(83)), []);
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /^warn: the log will run out of room: 82 MiB of 100 MiB budget/);
  const reasons = await look(of(90));
  t.regex(reasons.join(), /^disk budget: 90 MiB of 100 MiB budget; evioctl archive --out DIR --drop/);
  t.regex(lines[1] ?? '', /^error: the log is out of room/);
  t.deepEqual(await look(of(10)), []);
  t.regex(lines[2] ?? '', /^info: the log has room again: 10 MiB/);
});

test('a disk that others fill is told, too, and one that cannot be measured stops nothing', async (t) => {
  const { look, lines } = watching();
  t.regex((await look(of(10, 3 * mib))).join(), /^disk budget: 10 MiB, 3 MiB free/);
  t.deepEqual(await look(E.left({ type: 'file-failed', path: '/x', reason: 'EIO' })), []);
  t.regex(lines[1] ?? '', /^warn: the room for the log cannot be measured/);
});
