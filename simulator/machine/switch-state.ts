export type PortRow = {
  readonly bridge: string;
  /** `undefined` on a port that is somebody else's. */
  readonly externalIds: Readonly<Record<string, string>> | undefined;
  ofport: number | undefined;
  error: string | undefined;
};

/** Open vSwitch and its database: they outlive the agent, the database also the machine. */
export type SwitchState = {
  readonly bridges: Set<string>;
  readonly ports: Map<string, PortRow>;
  /** Each port's name, with when the switch forwarded for it last: the number of the step. */
  readonly plugged: Map<string, number>;
  readonly listeners: Set<() => void>;
  /** Who waits for the switch to attach a port, by its name. */
  readonly waits: Map<string, AbortController>;
  nextOfport: number;
};

export const emptySwitch = (): SwitchState => ({
  bridges: new Set(),
  ports: new Map(),
  plugged: new Map(),
  listeners: new Set(),
  waits: new Map(),
  nextOfport: 1,
});

export const tellListeners = ({ listeners }: SwitchState): void => {
  for (const tell of [...listeners]) tell();
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
