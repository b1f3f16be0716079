import { randomBytes } from 'node:crypto';
import { run } from './run.ts';

/** A real network namespace of this test's own. */
export type Netns = {
  readonly name: string;
  /** `/run/netns/…` */
  readonly path: string;
  /** Runs a tool inside it. */
  readonly exec: (tool: string, ...args: ReadonlyArray<string>) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Makes a network namespace with its loopback up; the caller removes it (`t.teardown`). */
export const makeNetns = async (role: string): Promise<Netns> => {
  const name = `evio-test-${role}-${randomBytes(4).toString('hex')}`;
  await run('ip', 'netns', 'add', name);
  await run('ip', '-n', name, 'link', 'set', 'lo', 'up');
  return {
    name,
    path: `/run/netns/${name}`,
    exec: (tool, ...args) => run('ip', 'netns', 'exec', name, tool, ...args),
    remove: async () => {
      await run('ip', 'netns', 'delete', name);
    },
  };
};
