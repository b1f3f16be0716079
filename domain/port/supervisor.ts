/** Who started this process and wants to hear how it fares: systemd, by the protocol of sd_notify(3). */
export type Supervisor = {
  /**
   * One message of fields such as `READY=1` and `STATUS=…`, in the words of sd_notify(3). A supervisor that does not hear is no reason to
   * stop: its failure is said in the log, once.
   */
  readonly tell: (fields: Readonly<Record<string, string>>) => void;
  /** After so many milliseconds without `WATCHDOG=1` it takes the process for dead; `undefined`: it does not watch. */
  readonly watchdogMs: number | undefined;
};
