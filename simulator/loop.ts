/** Whose continuations these are: an agent's life, a run of the plugin. What is dead hears of nothing any more. */
export type Owner = { alive: boolean; readonly name: string };

type Pending = {
  readonly owner: Owner;
  readonly label: string;
  readonly run: () => void;
  /** Already sent to another program, which does it even if the sender dies. */
  readonly sent: boolean;
};

type Alarm = { readonly owner: Owner; readonly label: string; readonly at: number; readonly run: () => void };

/**
 * A virtual event loop. Whatever would take time in the world waits here until the history lets it happen: first its effect,
 * then its answer. Time passes only when an alarm is let off.
 */
export type Loop = {
  /** Milliseconds since the world began. */
  readonly now: () => number;
  /** Of these, those that passed while nothing waited: the rest somebody spent waiting for the machine. */
  readonly idleMs: () => number;
  /** The effect happens at one moment and its answer is heard at once. */
  readonly look: <A>(owner: Owner, label: string, effect: () => A) => Promise<A>;
  /** The effect happens at one moment and its answer is heard at a later one. `sent`: also when the owner dies before. */
  readonly change: <A>(owner: Owner, label: string, effect: () => A, sent?: boolean) => Promise<A>;
  /** Runs the task some time, as `setImmediate` would. */
  readonly soon: (owner: Owner, label: string, task: () => void) => void;
  readonly sleep: (owner: Owner, ms: number, label: string, signal?: AbortSignal) => Promise<void>;
  /** Lets one of what waits happen: the `pick`-th, counted around. When nothing waits, time passes. Gives what it was. */
  readonly release: (pick: number) => string | undefined;
  /** What waits, in the order in which it began to. */
  readonly waiting: () => ReadonlyArray<string>;
  /** Time passes until the next alarm, unless that lies behind `until`. */
  readonly elapse: (until?: number) => string | undefined;
  /** The owner dies; what it had sent stays when `linger`. */
  readonly kill: (owner: Owner, linger: boolean) => void;
  /** Whether nothing waits, alarms aside. */
  readonly quiet: () => boolean;
};

export const makeLoop = (): Loop => {
  let now = 0;
  let idleMs = 0;
  let waiting: Pending[] = [];
  /** In the order of time. */
  let alarms: Alarm[] = [];

  const wait = (owner: Owner, label: string, run: () => void, sent = false): void => {
    if (owner.alive) waiting.push({ owner, label, run, sent });
  };

  const setAlarm = (alarm: Alarm): void => {
    const behind = alarms.findIndex(({ at }) => at > alarm.at);
    alarms.splice(behind === -1 ? alarms.length : behind, 0, alarm);
  };

  const elapse = (until = Number.POSITIVE_INFINITY): string | undefined => {
    const next = alarms[0];
    if (next === undefined || next.at > until) return undefined;
    alarms.shift();
    const then = Math.max(now, next.at);
    if (waiting.length === 0) idleMs += then - now;
    now = then;
    next.run();
    return `${next.label} (${next.owner.name}, ${now} ms)`;
  };

  return {
    now: () => now,
    idleMs: () => idleMs,
    look: (owner, label, effect) => new Promise((resolve) => wait(owner, label, () => resolve(effect()))),
    change: (owner, label, effect, sent = false) =>
      new Promise((resolve) =>
        wait(
          owner,
          label,
          () => {
            const answer = effect();
            wait(owner, `${label}: answered`, () => resolve(answer));
          },
          sent,
        ),
      ),
    soon: wait,
    sleep: (owner, ms, label, signal) =>
      new Promise((resolve) => {
        if (!owner.alive) return;
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const end = (): void => {
          signal?.removeEventListener('abort', end);
          alarms = alarms.filter((other) => other !== alarm);
          resolve();
        };
        const alarm: Alarm = { owner, label, at: now + ms, run: end };
        setAlarm(alarm);
        signal?.addEventListener('abort', end);
      }),
    release: (pick) => {
      if (waiting.length === 0) return elapse();
      const index = pick % waiting.length;
      const [chosen] = waiting.splice(index, 1);
      chosen?.run();
      return chosen && `${chosen.label} (${chosen.owner.name})`;
    },
    waiting: () => waiting.map(({ label }) => label),
    elapse,
    kill: (owner, linger) => {
      owner.alive = false;
      waiting = waiting.filter((pending) => pending.owner !== owner || (linger && pending.sent));
      alarms = alarms.filter((alarm) => alarm.owner !== owner);
    },
    quiet: () => waiting.length === 0,
  };
};
