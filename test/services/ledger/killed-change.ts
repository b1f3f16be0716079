// A node behind a ledger that was restored, killed by itself while it makes its replica one of the new epoch: before what the ledger
// lost is superseded, before the mark is written, or behind it.

import type { TaskEither } from 'fp-ts/TaskEither';
import { beginMember } from '../../support/member.ts';

const [folder = '', address = '', node = '', moment = ''] = process.argv.slice(2);

const dying =
  <Failure, A>(when: string, act: TaskEither<Failure, A>): TaskEither<Failure, A> =>
  async () => {
    if (when === moment) process.kill(process.pid, 'SIGKILL');
    return act();
  };

await beginMember({ teardown: () => undefined }, { folder, address, node }, (ports) => {
  const { supersede, files } = ports;
  if (supersede === undefined) throw new Error('its log supersedes nothing');
  return {
    ...ports,
    supersede: (end) => dying('supersede', supersede(end)),
    files: {
      ...files,
      write: (path, text, mode) =>
        path.endsWith('/ledger.json')
          ? async () => {
              const done = await dying('mark', files.write(path, text, mode))();
              return dying('copy', async () => done)();
            }
          : files.write(path, text, mode),
    },
  };
});
