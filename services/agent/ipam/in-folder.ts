import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { AddressFolder, AddressFolders, NotAFile } from '../../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../../domain/port/files.ts';
import type { AgentPorts } from '../ports.ts';
import type { Ipam } from './ipam.ts';

/** A program of host-local holds the lock for milliseconds. */
const longestMs = 10_000;
const askAgainMs = 5;

export const folderFailed = ({ path, reason }: FilesFailure | NotAFile): E.Left<Refusal> => ({
  _tag: 'Left',
  left: { type: 'folder-failed', path, reason },
});

const openFolder = async (
  { timer, clock }: Pick<AgentPorts, 'timer' | 'clock'>,
  folders: AddressFolders,
  path: string,
): Promise<E.Either<Refusal, AddressFolder>> => {
  const startedMs = clock.monotonicMs();
  for (;;) {
    const opened = await folders.open(path)();
    if (E.isRight(opened)) return opened;
    if (opened.left.type === 'file-failed') return folderFailed(opened.left);
    if (clock.monotonicMs() - startedMs >= longestMs) return E.left({ type: 'folder-busy', path });
    await timer.sleep(askAgainMs);
  }
};

/**
 * Whatever looks at a network's files or changes them, and decides by them, one after the other: the folder is locked meanwhile, so
 * that programs of host-local wait too.
 */
export const inFolder = <A>(
  { ports, turns }: Ipam,
  path: string,
  task: (folder: AddressFolder) => Promise<E.Either<Refusal, A>>,
): Promise<E.Either<Refusal, A>> =>
  turns.take(`folder ${path}`, async () => {
    const folder = await openFolder(ports, ports.addressFolders, path);
    if (E.isLeft(folder)) return folder;
    try {
      return await task(folder.right);
    } finally {
      folder.right.close();
    }
  });
