import { readFile } from 'node:fs/promises';

/** The flags that a program of ours gives to Node in its first line. */
export const nodeFlagsOf = async (file: string): Promise<ReadonlyArray<string>> => {
  const [firstLine = ''] = (await readFile(file, 'utf8')).split('\n', 1);
  return firstLine.split(' ').filter((word) => word.startsWith('--'));
};
