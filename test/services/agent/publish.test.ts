import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { conflist } from '../../../domain/cni/conflist.ts';
import type { Files } from '../../../domain/port/files.ts';
import { settleConflist } from '../../../services/agent/publish.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { leaseObserved } from '../../support/events.ts';

const { type: _, clusterRevision: __, ...lease } = leaseObserved;
const serves = { lease, fence: undefined, leaveRequested: false };
const leaves = { ...serves, leaveRequested: true };

const textFor = (mtu: number): string =>
  conflist({
    network: 'evio',
    bridge: 'evio0',
    mtu,
    agentSocket: '/run/evio/agent.sock',
    queue: '/var/lib/evio/queue',
    portmap: false,
  });

const setUp = (t: ExecutionContext) => {
  const folder = scratchFolder(t);
  const stagedConflist = join(folder, 'staged.conflist');
  const publishedConflist = join(folder, 'published.conflist');
  const warnings: string[] = [];
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, error: quiet, warn: (msg: string) => void warnings.push(msg) };
  const configuration = { stagedConflist, publishedConflist };
  return { configuration, stagedConflist, publishedConflist, warnings, log };
};

test('what was published is withdrawn, stays staged, and is published again', async (t) => {
  const { configuration, stagedConflist, publishedConflist, log } = setUp(t);
  writeFileSync(stagedConflist, textFor(1410));
  t.true(E.isRight(await settleConflist({ files, log }, configuration, serves)));
  t.is(readFileSync(publishedConflist, 'utf8'), textFor(1410));
  t.true(E.isRight(await settleConflist({ files, log }, configuration, leaves)));
  t.false(existsSync(publishedConflist));
  t.true(E.isRight(await settleConflist({ files, log }, configuration, serves)));
  t.is(readFileSync(publishedConflist, 'utf8'), textFor(1410));
});

for (const step of ['read', 'remove'] as const) {
  test(`what evio-config-gen stages during the ${step} of a withdrawal wins`, async (t) => {
    const { configuration, stagedConflist, publishedConflist, log } = setUp(t);
    writeFileSync(stagedConflist, textFor(1410));
    writeFileSync(publishedConflist, textFor(1410));
    const stagedMeanwhile: Files = {
      ...files,
      [step]: (path: string) => async () => {
        const done = await files[step](path)();
        writeFileSync(stagedConflist, textFor(1300));
        return done;
      },
    };
    t.true(E.isRight(await settleConflist({ files: stagedMeanwhile, log }, configuration, leaves)));
    t.false(existsSync(publishedConflist));
    t.is(readFileSync(stagedConflist, 'utf8'), textFor(1300));
    await settleConflist({ files, log }, configuration, serves);
    t.is(readFileSync(publishedConflist, 'utf8'), textFor(1300));
  });
}

for (const [what, text] of [
  ['of another plugin', '{"name":"other","plugins":[{"type":"bridge"}]}'],
  ['that is no JSON', 'not yet written'],
  ['that is no configuration list', '{"plugins":[null]}'],
] as const) {
  test(`a file under our name ${what} is left alone, and that is said`, async (t) => {
    const { configuration, publishedConflist, warnings, log } = setUp(t);
    writeFileSync(publishedConflist, text);
    t.true(E.isRight(await settleConflist({ files, log }, configuration, leaves)));
    t.is(readFileSync(publishedConflist, 'utf8'), text);
    t.deepEqual(warnings, ['the CNI configuration is not ours: it was left alone']);
  });
}
