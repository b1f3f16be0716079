import { either as E } from 'fp-ts';
import { type ConflistChange, type ConflistFiles, conflistChange } from '../../domain/cni/conflist-change.ts';
import type { HostState } from '../../domain/host/state.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

type Paths = Pick<AgentConfiguration, 'stagedConflist' | 'publishedConflist'>;

/** What evio-config-gen staged and what the runtime reads. */
export const readConflists = async (
  { files }: Pick<AgentPorts, 'files'>,
  { stagedConflist, publishedConflist }: Paths,
): Promise<E.Either<FilesFailure, ConflistFiles>> => {
  const staged = await files.read(stagedConflist)();
  if (E.isLeft(staged)) return staged;
  const published = await files.read(publishedConflist)();
  return E.map((text: string | undefined) => ({ staged: staged.right, published: text }))(published);
};

const apply = async (
  { files, log }: Pick<AgentPorts, 'files' | 'log'>,
  file: string,
  change: ConflistChange,
): Promise<E.Either<FilesFailure, void>> => {
  switch (change.type) {
    case 'publish': {
      const written = await files.write(file, change.text, 0o600)();
      if (E.isRight(written)) log.info('CNI configuration published: the runtime may add pods now', { file });
      return written;
    }
    case 'withdraw': {
      const removed = await files.remove(file)();
      if (E.isRight(removed)) log.info('CNI configuration withdrawn', { file });
      return removed;
    }
    case 'leave-foreign':
      log.warn('the CNI configuration is not ours: it was left alone', { file });
      return E.right(undefined);
  }
};

/**
 * Gives the runtime the configuration that evio-config-gen staged, or takes it back when the node leaves. Called after a good
 * self-check: a runtime that sees the file may call ADD at once. What is staged stays, because it is evio-config-gen's and may be of
 * a join that has come meanwhile.
 */
export const settleConflist = async (
  ports: Pick<AgentPorts, 'files' | 'log'>,
  paths: Paths,
  state: Pick<HostState, 'lease' | 'fence' | 'leaveRequested'>,
): Promise<E.Either<FilesFailure, void>> => {
  const there = await readConflists(ports, paths);
  if (E.isLeft(there)) return there;
  const change = conflistChange(state, there.right);
  return change === undefined ? E.right(undefined) : apply(ports, paths.publishedConflist, change);
};
