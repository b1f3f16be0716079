import type { Flow } from '../../domain/ovs/flow.ts';
import type { Loop, Owner } from '../loop.ts';

export type PortRow = {
  readonly bridge: string;
  /** `undefined` on a port that is somebody else's. */
  readonly externalIds: Readonly<Record<string, string>> | undefined;
  guarded: boolean;
  ofport: number | undefined;
  /** The number that was asked for. */
  readonly number?: number | undefined;
  error: string | undefined;
};

/** Open vSwitch and its database: they outlive the agent, the database also the machine. */
export type SwitchState = {
  readonly bridges: Set<string>;
  readonly ports: Map<string, PortRow>;
  /** Each port's name, with when the switch forwarded for it last: the number of the step. */
  readonly plugged: Map<string, number>;
  /** By priority and match, as the switch holds one of each; they live in the daemon and die with it. */
  readonly flows: Map<string, Flow>;
  /** Each cookie, with the step at which flows were last added under it. */
  readonly guarded: Map<string, number>;
  readonly listeners: Set<() => void>;
  /** Who hears that flows may be others than were written. */
  readonly flowListeners: Set<() => void>;
  /** Who waits for the switch to attach a port, by its name. */
  readonly waits: Map<string, AbortController>;
  nextOfport: number;
  nextSpare: number;
};

/** Somebody else's: it bears another cookie. */
export const foreignFlow = {
  cookie: '0000000000000017',
  priority: 65_000,
  match: { inPort: 60_000 },
  output: 'drop',
} as const;

/** The daemon died and runs again: who uses the switch besides us writes its flow again. */
export const loseFlows = ({ flows }: SwitchState): void => {
  flows.clear();
  flows.set('somebody else’s', foreignFlow);
};

export const emptySwitch = (): SwitchState => ({
  bridges: new Set(),
  ports: new Map(),
  plugged: new Map(),
  flows: new Map(),
  guarded: new Map(),
  listeners: new Set(),
  flowListeners: new Set(),
  waits: new Map(),
  nextOfport: 1,
  nextSpare: 32_768,
});

export const tellListeners = ({ listeners }: Pick<SwitchState, 'listeners'>): void => {
  for (const tell of [...listeners]) tell();
};

/** The daemon is another, or does not answer: whoever is connected hears of all. */
export const tellAll = (state: SwitchState): void => {
  tellListeners(state);
  tellListeners({ listeners: state.flowListeners });
};

/** Tells this owner of changes, of many at a time once. */
export const listenTo = (
  listeners: Set<() => void>,
  loop: Loop,
  owner: Owner,
  listener: () => void,
): (() => void) => {
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    loop.soon(owner, 'the switch tells of a change', () => {
      told = false;
      listener();
    });
  };
  listeners.add(tell);
  return () => {
    listeners.delete(tell);
  };
};

/** The switch comes round: what its database has and the kernel too, it forwards for. */
export const attachAll = (state: SwitchState, hasLink: (name: string) => boolean, step: number): void => {
  for (const [name, row] of state.ports)
    if (row.externalIds !== undefined && row.ofport === undefined && hasLink(name)) {
      row.ofport = state.nextOfport++;
      row.error = undefined;
      state.plugged.set(name, step);
    }
  tellListeners(state);
};
