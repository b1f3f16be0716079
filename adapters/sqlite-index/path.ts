/** The index of a log, where the log's folder can be written. */
export const indexPath = (logPath: string): string => `${logPath}-index`;
