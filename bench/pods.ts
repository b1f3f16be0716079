import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** An empty network namespace for a pod. */
export type Pod = { readonly netns: string };

export type Pods = { readonly pods: ReadonlyArray<Pod>; readonly remove: () => Promise<void> };

/** One run of `ip` with these lines for commands. */
export const ipBatch = (lines: ReadonlyArray<string>, ...flags: ReadonlyArray<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = execFile('ip', [...flags, '-batch', '-'], (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  });

/** Makes network namespaces, all with one run of `ip`; when one cannot be made, none stays. */
export const makePods = async (count: number): Promise<Pods> => {
  const run = randomBytes(4).toString('hex');
  const names = Array.from({ length: count }, (_, index) => `evio-bench-${run}-${index}`);
  const remove = (): Promise<void> =>
    ipBatch(
      names.map((name) => `netns delete ${name}`),
      '-force',
    );
  try {
    await ipBatch(names.map((name) => `netns add ${name}`));
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
  return { pods: names.map((name) => ({ netns: `/run/netns/${name}` })), remove };
};
