import type { LaunchAndWait } from '../test/support/launch.ts';
import type { Network } from './network.ts';

export type Plugin = {
  readonly program: string;
  readonly args?: ReadonlyArray<string>;
  readonly cniPath: string;
  readonly config: Readonly<Record<string, unknown>>;
};

/** As a runtime starts a plugin. DEL and CHECK get the result of the sandbox's last ADD (CNI 1.1.0, section 4). */
export const callPlugin = (
  launch: LaunchAndWait,
  { program, args = [], cniPath, config }: Plugin,
): Network['call'] => {
  const results = new Map<string, unknown>();
  return async (verb, { netns, attachment }) => {
    const { containerId, ifname } = attachment();
    const prevResult = results.get(containerId);
    const run = await launch({
      program,
      args,
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        CNI_COMMAND: verb,
        CNI_CONTAINERID: containerId,
        CNI_NETNS: netns.path,
        CNI_IFNAME: ifname,
        CNI_PATH: cniPath,
        CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=soak',
      },
      input: JSON.stringify(verb === 'ADD' || prevResult === undefined ? config : { ...config, prevResult }),
    });
    if (verb === 'ADD' && run.code === 0) results.set(containerId, JSON.parse(run.out));
    if (verb === 'DEL' && run.code === 0) results.delete(containerId);
    return run;
  };
};
