import { either as E } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

/**
 * Gives the runtime the configuration that evio-config-gen staged. Called after a good self-check: a runtime that sees the file
 * may call ADD at once. Nothing is written when the runtime has this text already. A restart of the agent never withdraws it.
 */
export const publishConflist = async (
  { files, log }: Pick<AgentPorts, 'files' | 'log'>,
  { stagedConflist, publishedConflist }: AgentConfiguration,
): Promise<E.Either<FilesFailure, undefined>> => {
  const staged = await files.read(stagedConflist)();
  if (E.isLeft(staged)) return staged;
  if (staged.right === undefined) return E.right(undefined);
  const published = await files.read(publishedConflist)();
  if (E.isLeft(published)) return published;
  if (published.right === staged.right) return E.right(undefined);
  const written = await files.write(publishedConflist, staged.right, 0o600)();
  if (E.isLeft(written)) return written;
  log.info('CNI configuration published: the runtime may add pods now', { file: publishedConflist });
  return E.right(undefined);
};

/** Takes the configuration back: the runtime then starts no new pod here. Only when the node leaves. */
export const withdrawConflist = async (
  { files, log }: Pick<AgentPorts, 'files' | 'log'>,
  { stagedConflist, publishedConflist }: AgentConfiguration,
): Promise<E.Either<FilesFailure, undefined>> => {
  const published = await files.exists(publishedConflist)();
  if (E.isLeft(published)) return published;
  // The staged one first: it is what would be published again.
  for (const path of [stagedConflist, publishedConflist]) {
    const removed = await files.remove(path)();
    if (E.isLeft(removed)) return removed;
  }
  if (published.right) log.info('CNI configuration withdrawn', { file: publishedConflist });
  return E.right(undefined);
};
