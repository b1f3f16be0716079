import test, { type TestFn } from 'ava';
import { answerOf, type IpamCall, type IpamNode, type IpamType, makeIpamNode } from '../../support/ipam.ts';

export type Keys = Readonly<Record<string, unknown>>;
export type Step = readonly [command: string, request: IpamCall, keys?: Keys];

/** The node of this file's tests, up before the first and gone behind the last. */
export const sharedIpamNode = (ava: TestFn, name: string): (() => IpamNode) => {
  let scene: IpamNode | undefined;
  ava.serial.before(async () => {
    scene = await makeIpamNode(name);
  });
  ava.after.always(() => scene?.node.remove());
  return () => {
    if (scene === undefined) throw new Error('there is no node');
    return scene;
  };
};

let networks = 0;
export const newNetwork = (): string => {
  networks += 1;
  return `net-${networks}`;
};

/** What the steps are answered, and which files they leave. */
export const play = async (
  the: IpamNode,
  type: IpamType,
  network: string,
  keys: Keys,
  steps: ReadonlyArray<Step>,
) => {
  const answers = [];
  for (const [command, request, own] of steps)
    answers.push(answerOf(await the.call(type, command, network, own ?? keys, request)));
  return { answers, files: await the.files(type, network) };
};

/**
 * The same calls for Debian's host-local and for evio-ipam, each in a folder of its own: the same stdout, exit code and files.
 */
export const alikeOn = (scene: () => IpamNode) =>
  test.macro(async (t, keys: Keys, ...steps: ReadonlyArray<Step>) => {
    const network = newNetwork();
    const peer = await play(scene(), 'host-local', network, keys, steps);
    t.deepEqual(await play(scene(), 'evio-ipam', network, keys, steps), peer);
    t.is(peer.answers.length, steps.length);
  });

export const add = (containerId: string, more: Partial<IpamCall> = {}): Step => [
  'ADD',
  { containerId, ...more },
];
export const del = (containerId: string, more: Partial<IpamCall> = {}): Step => [
  'DEL',
  { containerId, ...more },
];
export const check = (containerId: string, more: Partial<IpamCall> = {}): Step => [
  'CHECK',
  { containerId, ...more },
];
