import { either as E } from 'fp-ts';
import { isOurConflist } from '../../domain/cni/conflist.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

/**
 * Gives the runtime the configuration that evio-config-gen staged. Called after a good self-check: a runtime that sees the file
 * may call ADD at once. Nothing is written when the runtime has this text already. A restart of the agent never withdraws it.
 */
export const publishConflist = async (
  { files, log }: Pick<AgentPorts, 'files' | 'log'>,
  { stagedConflist, publishedConflist }: Pick<AgentConfiguration, 'stagedConflist' | 'publishedConflist'>,
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

/**
 * Takes the configuration back: the runtime then starts no new pod here. Only when the node leaves. What is staged stays, because it
 * is evio-config-gen's and may be of a join that has come meanwhile; it is published only while the node serves. A file under
 * our name that is not ours is left alone.
 */
export const withdrawConflist = async (
  { files, log }: Pick<AgentPorts, 'files' | 'log'>,
  { publishedConflist }: Pick<AgentConfiguration, 'publishedConflist'>,
): Promise<E.Either<FilesFailure, undefined>> => {
  const published = await files.read(publishedConflist)();
  if (E.isLeft(published)) return published;
  if (published.right === undefined) return E.right(undefined);
  if (!isOurConflist(published.right)) {
    log.warn('the CNI configuration is not ours: it was left alone', { file: publishedConflist });
    return E.right(undefined);
  }
  const removed = await files.remove(publishedConflist)();
  if (E.isLeft(removed)) return removed;
  log.info('CNI configuration withdrawn', { file: publishedConflist });
  return E.right(undefined);
};
