import { either as E } from 'fp-ts';
import {
  type DiskHistory,
  diskOutlook,
  diskRemedy,
  diskWords,
  lookAgain,
} from '../../domain/disk/outlook.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';
import type { Readiness } from './readiness.ts';

/**
 * Looks at the log's disk: what `evioctl status` shows, and a word in the agent's log whenever it gets worse or better. What cannot be
 * measured says nothing; that it cannot is said.
 */
export const watchDisk = (
  { diskRoom, clock, log }: Pick<AgentPorts, 'diskRoom' | 'clock' | 'log'>,
  { diskBudget }: Pick<AgentConfiguration, 'diskBudget'>,
  readiness: Pick<Readiness, 'disk'>,
): (() => Promise<void>) => {
  let history: DiskHistory = [];
  let said: string = 'ok';
  const say = (level: string, tell: () => void): void => {
    if (level !== said) tell();
    said = level;
  };
  return async () => {
    if (diskRoom === undefined) return;
    const use = await diskRoom();
    if (E.isLeft(use)) {
      readiness.disk = undefined;
      say('unknown', () => log.warn('the room for the log cannot be measured', { failure: use.left }));
      return;
    }
    history = lookAgain(history, use.right, clock.monotonicMs());
    const disk = diskOutlook(use.right, diskBudget, history);
    readiness.disk = disk;
    say(disk.level, () => {
      const fields = { disk, remedy: diskRemedy };
      if (disk.level === 'ok') log.info(`the log has room again: ${diskWords(disk)}`, { disk });
      else if (disk.level === 'warning') log.warn(`the log will run out of room: ${diskWords(disk)}`, fields);
      else log.error(`the log is out of room: ${diskWords(disk)}`, fields);
    });
  };
};
