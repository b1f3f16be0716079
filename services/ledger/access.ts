import { either as E, taskEither as TE } from 'fp-ts';
import type { Acl } from '../../domain/access/acl.ts';
import { may } from '../../domain/access/may.ts';
import type { User } from '../../domain/access/user.ts';
import type { Access, Caller, NotAuthenticated } from '../../domain/port/access.ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { Standing } from './credential-book.ts';

/** The `$acl` that counts for a stream now; `undefined` when it has none. */
export type ReadAcl = (stream: string) => Promise<Acl | undefined>;

const callerOf = (user: User, revoked: AbortSignal, readAcl: ReadAcl): Caller => ({
  name: user.name,
  revoked,
  may: (wanted) => async () => {
    const allowed = may(user, wanted);
    // Nothing that a role refuses is looked up; and no list keeps an operator out.
    if (E.isLeft(allowed) || wanted.action === 'read-all' || user.role === 'operator') return allowed;
    return may(user, wanted, await readAcl(wanted.stream));
  },
});

/** Everybody needs a credential. */
export const accessByCredential = (
  authenticate: (authorization: string) => Promise<E.Either<NotAuthenticated | Unavailable, Standing>>,
  readAcl: ReadAcl,
): Access => {
  const callers = new WeakMap<Standing, Caller>();
  return {
    authenticate: (authorization) => async () => {
      if (authorization === undefined)
        return E.left({
          type: 'not-authenticated',
          reason: 'a credential is needed: evioctl credential issue makes one, and its connection string',
        });
      const found = await authenticate(authorization);
      if (E.isLeft(found)) return found;
      const standing = found.right;
      const caller = callers.get(standing) ?? callerOf(standing.credential.user, standing.revoked, readAcl);
      callers.set(standing, caller);
      return E.right(caller);
    },
  };
};

/** Nobody needs one (`--insecure`): whoever comes is an operator. */
export const accessForAll = (): Access => {
  const anybody = callerOf({ name: 'anonymous', role: 'operator' }, new AbortController().signal, () =>
    Promise.resolve(undefined),
  );
  return { authenticate: () => TE.right(anybody) };
};
