import type { Supervisor } from '../domain/port/supervisor.ts';
import type { Timer } from '../domain/port/timer.ts';

/** How often the supervisor hears how the program fares, when that changed. */
const statusMs = 5_000;

/**
 * Tells the supervisor that requests are served, from now on how the program fares, and that it lives: which a process does whose event
 * loop turns. The returned function says that it stops.
 */
export const supervise = (
  { tell, watchdogMs }: Supervisor,
  timer: Timer,
  statusWords: () => string,
  pid: number,
): (() => void) => {
  let said = statusWords();
  tell({ READY: '1', MAINPID: String(pid), STATUS: said });
  // Twice in the time after which it is taken for dead, as sd_watchdog_enabled(3) advises.
  const everyMs = Math.min(statusMs, (watchdogMs ?? Number.POSITIVE_INFINITY) / 2);
  const end = timer.every(everyMs, async () => {
    const status = statusWords();
    const fields = {
      ...(watchdogMs === undefined ? {} : { WATCHDOG: '1' }),
      ...(status === said ? {} : { STATUS: status }),
    };
    said = status;
    if (Object.keys(fields).length > 0) tell(fields);
  });
  return () => {
    end();
    tell({ STOPPING: '1', STATUS: 'finishing what is under way' });
  };
};
