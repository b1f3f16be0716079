import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';

/** What is begun is ended with the test. */
type Undo = Pick<ExecutionContext, 'teardown'>;

const source = resolve(import.meta.dirname, '../../../services/ledger/main.ts');

type Line = Readonly<Record<string, unknown>> & { readonly message: string; readonly level: string };

export type LedgerProcess = {
  readonly pid: number;
  readonly lines: ReadonlyArray<Line>;
  /** Resolves with the line when it is said, or was. */
  readonly says: (message: string | RegExp) => Promise<Line>;
  /** Resolves when it has ended, whoever ended it. */
  readonly exited: Promise<unknown>;
  /** Sends the signal and waits for the end; gives the exit code, `null` when a signal ended it. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

export const scratch = async (t: Undo): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-ledger-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** `evio-ledger` with these arguments, and nothing of this machine's configuration; ends with the test. */
export const spawnLedger = (t: Undo, ...args: ReadonlyArray<string>): LedgerProcess =>
  spawnLedgerBy(t, [], ...args);

/** The same, started by another program such as `ip netns exec NAME`. */
export const spawnLedgerBy = (
  t: Undo,
  by: ReadonlyArray<string>,
  ...args: ReadonlyArray<string>
): LedgerProcess => spawnLedgerProgram(t, [...by, process.execPath, source, ...args]);

/** The same of a command that names the program, which may be the one that `npm run build` leaves. */
export const spawnLedgerProgram = (t: Undo, command: ReadonlyArray<string>): LedgerProcess => {
  const [file = '', ...rest] = command;
  const child: ChildProcess = spawn(file, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const lines: Line[] = [];
  const heard = new Set<() => void>();
  const exited = once(child, 'close');
  if (child.stderr === null || child.pid === undefined) throw new Error('it has no stderr');
  createInterface({ input: child.stderr }).on('line', (text) => {
    lines.push(text.startsWith('{') ? JSON.parse(text) : { message: text, level: 'plain' });
    for (const look of heard) look();
  });
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = await exited;
    return code;
  };
  t.teardown(() => end('SIGKILL'));
  return {
    pid: child.pid,
    lines,
    exited,
    end,
    says: (wanted) =>
      new Promise((found, lost) => {
        const look = (): void => {
          const line = lines.find(({ message }) =>
            typeof wanted === 'string' ? message === wanted : wanted.test(message),
          );
          if (line === undefined) return;
          heard.delete(look);
          found(line);
        };
        heard.add(look);
        look();
        void exited.then(() =>
          lost(new Error(`it ended and did not say ${wanted}:\n${JSON.stringify(lines)}`)),
        );
      }),
  };
};

/** Flags of a server on loopback without TLS and passwords. */
export const insecurely = (folder: string, port: number): ReadonlyArray<string> => [
  'serve',
  '--insecure',
  ...['--log', join(folder, 'ledger.db')],
  ...['--listen', `127.0.0.1:${port}`],
];

export const insecureUrl = (port: number): string => `esdb://127.0.0.1:${port}?tls=false`;
