import { either as E } from 'fp-ts';
import type { KernelFailure, OwnLink } from '../../domain/port/kernel.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/** Live links of ours that the log does not know, seen twice: one look may have met a DEL half-way. */
export const unadoptedLinks = async (
  { kernel }: AgentPorts,
  host: Host,
  turns: Turns,
  first: ReadonlyArray<OwnLink>,
): Promise<E.Either<KernelFailure, ReadonlyArray<OwnLink>>> => {
  const unknown = ({ alias }: OwnLink): boolean =>
    !host.state().attachments.has(alias) && !turns.busy().includes(alias);
  const suspects = new Set(first.filter(unknown).map(({ name }) => name));
  if (suspects.size === 0) return E.right([]);
  const second = await kernel.ownLinks()();
  return E.isLeft(second)
    ? second
    : E.right(second.right.filter((link) => suspects.has(link.name) && unknown(link)));
};
