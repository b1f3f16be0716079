/** The reader's time zone by its IANA name: TZ, else the machine's. */
export const timeZone = (): string => Temporal.Now.timeZoneId();
