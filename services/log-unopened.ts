/** Why a log cannot be opened for writing, as the store has it. */
export type LogUnopened =
  | {
      readonly type: 'log-in-use';
      readonly path: string;
      readonly holder: { readonly pid: number } | undefined;
    }
  | {
      readonly type: 'log-unreadable';
      readonly path: string;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly type: 'folder-missing'; readonly path: string; readonly folder: string }
  | { readonly type: 'log-unavailable'; readonly path: string; readonly reason: string };

/** The same in words: `program` is who holds a log, `option` what names another one. */
export const logUnopenedWords = (
  failure: LogUnopened,
  { program, option }: { readonly program: string; readonly option: string },
): { readonly msg: string; readonly remedy: string } => {
  switch (failure.type) {
    case 'log-in-use': {
      const holder = failure.holder === undefined ? 'another process' : `process ${failure.holder.pid}`;
      return {
        msg: `the log ${failure.path} is in use by ${holder}`,
        remedy: `one ${program} per log: stop the other, or name another ${option}`,
      };
    }
    case 'log-unreadable':
      return { msg: `the log ${failure.path} cannot be used: ${failure.reason}`, remedy: failure.remedy };
    case 'folder-missing':
      return {
        msg: `the folder ${failure.folder} of the log is missing`,
        remedy: `make it, or name another ${option}`,
      };
    case 'log-unavailable':
      return {
        msg: `the log ${failure.path} cannot be opened: ${failure.reason}`,
        remedy: 'is the disk there and writable?',
      };
  }
};
