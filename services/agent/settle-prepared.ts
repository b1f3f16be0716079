import { either as E } from 'fp-ts';
import { preparedKey } from '../../domain/kernel/prepared-alias.ts';
import type { OwnLink } from '../../domain/port/kernel.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import { unprepare } from './prepared.ts';
import type { Turns } from './turns.ts';
import { unwire } from './wiring.ts';

/** Longer than a plugin lets its delegate run (90 s): whoever has not come by then does not come. */
const longestMs = 120_000;

/** Whether a link was prepared for an ADD that nobody waits for: an earlier life of the agent made it, or its removal failed. */
export const isStray = (
  host: Pick<Host, 'state'>,
  { prepared, busy }: Pick<Turns, 'prepared' | 'busy'>,
  { alias }: OwnLink,
): boolean => {
  const key = preparedKey(alias);
  return (
    key !== undefined && !prepared.has(key) && !host.state().attachments.has(key) && !busy().includes(key)
  );
};

/** Has interfaces removed that were prepared and are waited for by nobody. Gives the links that are pods'. */
export const settlePrepared = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  links: ReadonlyArray<OwnLink>,
): Promise<ReadonlyArray<OwnLink>> => {
  const { prepared } = turns;
  const tooOld = (key: string): boolean =>
    ports.clock.monotonicMs() - (prepared.get(key)?.sinceMs ?? Number.POSITIVE_INFINITY) > longestMs;
  const late = [...prepared.keys()].filter(tooOld).map((key) =>
    turns.take(key, async () => {
      if (!tooOld(key)) return;
      ports.log.info('an interface was prepared, and its ADD did not come: it is removed', {
        attachment: key,
      });
      await unprepare(ports, configuration, prepared, key);
    }),
  );
  const strays = links
    .filter((link) => isStray(host, turns, link))
    .map(({ name, alias }) => {
      const key = preparedKey(alias) ?? '';
      return turns.take(key, async () => {
        if (prepared.has(key) || host.state().attachments.has(key)) return;
        const removed = await unwire(ports, name);
        const fields = { attachment: key, link: name };
        if (E.isRight(removed)) {
          ports.log.info('an interface that was prepared for an ADD of before was removed', fields);
          ports.metrics?.record('repairs', 1, { what: 'preparation-removed' });
        } else
          ports.log.error('an interface that was prepared for an ADD of before could not be removed', {
            ...fields,
            failure: removed.left,
          });
      });
    });
  await Promise.all([...late, ...strays]);
  return links.filter(({ alias }) => preparedKey(alias) === undefined);
};
