import { randomUUID } from 'node:crypto';
import type { LaunchAndWait, Launched } from '../test/support/launch.ts';
import type { Pod } from './pods.ts';

/** A CNI network and the plugin that serves it: ours or a peer's. */
export type Contender = {
  readonly title: string;
  /** Absolute path of the plugin's executable. */
  readonly program: string;
  readonly cniPath: string;
  /** The network configuration, without a previous result. */
  readonly config: Readonly<Record<string, unknown>>;
};

/** One attachment by one ADD. */
export type Added = {
  readonly containerId: string;
  readonly pod: Pod;
  readonly run: Launched;
};

/** The verbs that change nothing. */
export type CheapVerb = 'VERSION' | 'STATUS' | 'CHECK';

type Result = { readonly ips: ReadonlyArray<{ readonly address: string }> };

const call = (
  launch: LaunchAndWait,
  { program, cniPath, config }: Contender,
  verb: 'ADD' | 'DEL' | CheapVerb,
  containerId: string,
  pod: Pod,
  prevResult?: unknown,
): Promise<Launched> =>
  launch({
    program,
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      CNI_COMMAND: verb,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: pod.netns,
      CNI_IFNAME: 'eth0',
      CNI_PATH: cniPath,
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=bench',
    },
    input: JSON.stringify(prevResult === undefined ? config : { ...config, prevResult }),
  });

const succeeded = ({ title }: Contender, verb: string, run: Launched): Launched => {
  if (run.code === 0) return run;
  throw new Error(`${verb} by ${title}: exit code ${run.code}: ${run.out}${run.err}`);
};

/** ADD as a runtime calls it, whatever comes of it. */
export const tryAdd = async (launch: LaunchAndWait, contender: Contender, pod: Pod): Promise<Added> => {
  const containerId = randomUUID();
  return { containerId, pod, run: await call(launch, contender, 'ADD', containerId, pod) };
};

/** ADD as a runtime calls it; throws when it fails. */
export const add = async (launch: LaunchAndWait, contender: Contender, pod: Pod): Promise<Added> => {
  const added = await tryAdd(launch, contender, pod);
  succeeded(contender, 'ADD', added.run);
  return added;
};

/** A verb that changes nothing, about an attachment; throws when it fails. */
export const callCheap = async (
  launch: LaunchAndWait,
  contender: Contender,
  verb: CheapVerb,
  { containerId, pod, run }: Added,
): Promise<Launched> =>
  succeeded(contender, verb, await call(launch, contender, verb, containerId, pod, JSON.parse(run.out)));

/** DEL as a runtime calls it, with the result of the ADD; throws when it fails. */
export const del = async (
  launch: LaunchAndWait,
  contender: Contender,
  { containerId, pod, run }: Added,
): Promise<Launched> =>
  succeeded(
    contender,
    'DEL',
    await call(launch, contender, 'DEL', containerId, pod, run.code === 0 ? JSON.parse(run.out) : undefined),
  );

/** The first address that an ADD gave, without its prefix length. */
export const addressOf = ({ run }: Added): string =>
  (JSON.parse(run.out) as Result).ips[0]?.address.split('/')[0] ?? '';
