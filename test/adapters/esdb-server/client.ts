import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';

/** The packages whose clients are tried, unmodified. */
export const packages = ['@eventstore/db-client', '@kurrent/kurrentdb-client'] as const;
export type Package = (typeof packages)[number];

// biome-ignore lint/suspicious/noExplicitAny: two packages with types of their own, of which a process has either.
type Loose = any;

export type Tools = {
  readonly client: Loose;
  readonly library: Loose;
  /** The option by which an append says what it expects. */
  readonly expecting: (state: unknown) => object;
  readonly said: (progress: unknown) => void;
};

export type ClientError = Readonly<Record<string, unknown>> & {
  readonly message: string;
  readonly type?: string;
};

export type ClientProcess = {
  readonly process: ChildProcess;
  /** Runs a function in the client's process. It sees nothing of the test's but `args`; one at a time. */
  readonly run: <Args, Value>(
    body: (tools: Tools, args: Args) => Promise<Value>,
    args?: Args,
    onSaid?: (progress: Loose) => void,
  ) => Promise<Value>;
  /** The same, of one that is to fail. */
  readonly fails: <Args>(
    body: (tools: Tools, args: Args) => Promise<unknown>,
    args?: Args,
  ) => Promise<ClientError>;
};

/** Starts a process with an official client. It ends with the test. */
export const startClient = async (
  t: ExecutionContext,
  name: Package,
  connectionString: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ClientProcess> => {
  const child = fork(new URL('official-client.ts', import.meta.url), [name, connectionString], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...environment },
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child, 'message');
  const ask = (body: string, args: unknown, onSaid?: (progress: Loose) => void): Promise<Loose> =>
    new Promise((resolve, reject) => {
      const told = (message: Loose): void => {
        if ('progress' in message) {
          onSaid?.(message.progress);
          return;
        }
        child.off('message', told);
        resolve(message);
      };
      child.on('message', told);
      child.once('exit', (code, signal) => reject(new Error(`the client ended: ${signal ?? code}`)));
      child.send({ body, args });
    });
  return {
    process: child,
    run: async (body, args, onSaid) => {
      const { value, error } = await ask(String(body), args, onSaid);
      if (error !== undefined)
        throw new Error(JSON.stringify(error, (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
      return value;
    },
    fails: async (body, args) => {
      const { value, error } = await ask(String(body), args);
      if (error === undefined) throw new Error(`it did not fail: ${JSON.stringify(value)}`);
      return error;
    },
  };
};
