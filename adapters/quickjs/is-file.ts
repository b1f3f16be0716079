import * as os from 'quickjs:os';
import type { IsFile } from '../../domain/port/delegate.ts';

export const isFile: IsFile = (path) => {
  try {
    return (os.stat(path).mode & os.S_IFMT) === os.S_IFREG;
  } catch {
    return false;
  }
};
