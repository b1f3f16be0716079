import pino from 'pino';
import type { Log, LogLevel } from '../../domain/port/log.ts';

/**
 * One JSON object a line on stderr: `level` by name, `time` as RFC 3339, `program`, `message`, then the fields. Journals and
 * `kubectl logs` keep such lines whole, and tools can search them by key. Written synchronously: the last line before an
 * exit or an abort is the one that matters. An error goes under the field `err`, with its stack.
 */
export const openLog = (program: string, level: LogLevel): Log => {
  const logger = pino(
    {
      level,
      base: { program },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
};
