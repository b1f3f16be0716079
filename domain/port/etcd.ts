import type { taskEither as TE } from 'fp-ts';

export type EtcdFailure = {
  readonly type: 'etcd-failed';
  readonly endpoint: string;
  readonly reason: string;
};

/** The keys that begin with `prefix`, in etcd's order; `endpoint` is a URL such as http://127.0.0.1:2379. */
export type ReadEtcdKeys = (
  endpoint: string,
  prefix: string,
) => TE.TaskEither<EtcdFailure, ReadonlyArray<string>>;
