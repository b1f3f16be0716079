import { either as E } from 'fp-ts';
import type { Files } from '../../domain/port/files.ts';
import type { Progress } from './progress.ts';

export type MachinePaths = {
  readonly ovsSocket: string;
  readonly cniBinDir: string;
};

export type Machine = { readonly portmap: boolean };

/**
 * Looks at what the node needs besides us. What is missing is said by name with what to do; only the agent can be stopped by
 * it, and says so in its status, so nothing here is fatal.
 */
export const checkMachine = async (
  files: Files,
  { ovsSocket, cniBinDir }: MachinePaths,
  { warn }: Progress,
): Promise<Machine> => {
  const there = async (path: string): Promise<boolean> =>
    E.getOrElse(() => false)(await files.exists(path)());
  if (!(await there(ovsSocket))) {
    warn(
      'no-switch',
      `Open vSwitch has no socket at ${ovsSocket}`,
      'start openvswitch-switch, or name it with --ovs-socket',
    );
  }
  const portmap = await there(`${cniBinDir}/portmap`);
  if (!portmap) {
    warn(
      'no-portmap',
      `there is no portmap plugin in ${cniBinDir}: published ports (hostPort) will not work`,
      'install containernetworking-plugins there and run evio-config-gen again',
    );
  }
  return { portmap };
};
