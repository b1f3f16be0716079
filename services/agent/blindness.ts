import { either as E } from 'fp-ts';
import type { Attachment } from '../../domain/host/state.ts';
import type { Kernel } from '../../domain/port/kernel.ts';
import type { AgentPorts, Host } from './ports.ts';

/** Whether the attachment's path leads to its own namespace, as seen from here. Numbers of namespaces are given again. */
export const seesNetns = async (
  { netns }: Pick<Kernel, 'netns'>,
  { netns: { path, device, inode } }: Pick<Attachment, 'netns'>,
): Promise<boolean> => {
  const found = await netns(path)();
  return E.isRight(found) && found.right.device === device && found.right.inode === inode;
};

const attached = (host: Host): ReadonlyArray<Attachment> =>
  [...host.state().attachments.values()].filter(({ status }) => status === 'attached');

/**
 * Whether there are known namespaces and none of them can be seen from here: so it is behind a mount that hides them, or in the wrong
 * PID namespace. Whoever sees nothing at all must not conclude that something is gone.
 */
export const isBlind = async ({ kernel }: Pick<AgentPorts, 'kernel'>, host: Host): Promise<boolean> => {
  const known = attached(host);
  for (const attachment of known) if (await seesNetns(kernel, attachment)) return false;
  return known.length > 0;
};

/** A runtime that ends the only pod lets go of the path first, and a moment later the link is gone too. */
const secondLookMs = 1000;

/**
 * Why this agent does not see its pods, in words, when their links are there and none of their namespaces can be seen, at two looks;
 * else `undefined`. Without links it is not told apart from pods that are all gone, and a node that refuses pods would stay so.
 */
export const blindness = async (
  { kernel, timer }: Pick<AgentPorts, 'kernel' | 'timer'>,
  host: Host,
  linked: ReadonlySet<string>,
): Promise<string | undefined> => {
  const withLink = (): ReadonlyArray<Attachment> =>
    attached(host).filter(({ hostIfname }) => linked.has(hostIfname));
  if (withLink().length === 0 || !(await isBlind({ kernel }, host))) return undefined;
  await timer.sleep(secondLookMs);
  const live = await kernel.ownLinks()();
  if (E.isLeft(live)) return undefined;
  const names = new Set(live.right.map(({ name }) => name));
  const [first] = withLink().filter(({ hostIfname }) => names.has(hostIfname));
  if (first === undefined || !(await isBlind({ kernel }, host))) return undefined;
  return `this agent sees none of its pods' network namespaces (${first.netns.path} is one), though their links are there: give it the host's /run/netns with mount propagation, and the host's PID namespace`;
};
