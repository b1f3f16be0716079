import { either as E } from 'fp-ts';
import { ownTable } from '../../domain/kernel/own-table.ts';
import type { KernelChange } from '../../domain/port/kernel.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/** What can be done about a change: a look for what is missing, or everything compared again. */
export type Answers = { readonly look: () => void; readonly settle: () => void };

/**
 * Has what somebody takes from the kernel put back at once: the gateway's link, addresses and routes by a look; our rules and the settings
 * that the kernel tells of, and whatever happened while too much did, by comparing everything; links of pods that were taken down are
 * brought up here. What an ADD or DEL does to its own link is its business. The returned function ends it.
 */
export const watchKernel = async (
  { kernel, log, metrics }: Pick<AgentPorts, 'kernel' | 'log' | 'metrics'>,
  { bridge }: AgentConfiguration,
  host: Host,
  turns: Turns,
  { look, settle }: Answers,
): Promise<() => void> => {
  const settled = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
    if (names.length === 0) return names;
    const busy = new Set(turns.busy());
    const attached = [...host.state().attachments].flatMap(([key, { status, hostIfname }]) =>
      status === 'attached' && !busy.has(key) ? [hostIfname] : [],
    );
    const known = new Set(attached);
    return names.filter((name) => known.has(name));
  };
  const raise = async (names: ReadonlyArray<string>): Promise<void> => {
    const raised = await kernel.raiseLinks(names)();
    if (E.isRight(raised)) {
      metrics?.record('repairs', names.length, { what: 'link-raised' });
      return log.info('links of pods were brought up again', { links: names });
    }
    log.warn('links of pods are down', { links: names, failure: raised.left });
    settle();
  };
  const answer = ({ gateway, settings, rules, lost, down, gone }: KernelChange): void => {
    const missing = settled(gone);
    if (missing.length > 0) log.warn('links of pods are gone, and no DEL asked for it', { links: missing });
    const fallen = settled(down);
    if (fallen.length > 0) void raise(fallen);
    if (settings || rules || lost || missing.length > 0) settle();
    else if (gateway) look();
  };
  const watching = await kernel.watch({ interface: bridge.name, table: ownTable }, answer)();
  if (E.isRight(watching)) return watching.right;
  log.warn('the kernel is not watched, only looked at in each sweep', { failure: watching.left });
  return () => undefined;
};
