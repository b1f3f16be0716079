import test from 'ava';
import { either as E, option as O } from 'fp-ts';
import { openEsdbStore } from '../../../adapters/esdb/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { parseConnectionString } from '../../../domain/connection-string.ts';
import { guarded } from '../../services/ledger/guarded-server.ts';

test('over TLS the client comes to a name and to no address, though the certificate has both: so that is refused before', async (t) => {
  const server = await guarded(t);
  const byName = server.url('admin', server.adminPassword);
  const byAddress = byName.replace('@localhost:', '@127.0.0.1:');
  const open = (text: string) => openEsdbStore({ text, clock, ids, sha256, timer, patience: () => O.none });
  const reached = await open(byName);
  if (E.isLeft(reached)) return t.fail(JSON.stringify(reached.left));
  await reached.right.close();
  // When this succeeds the client has been mended, and the refusal may go.
  const tried = await open(byAddress);
  t.regex(E.isLeft(tried) && 'reason' in tried.left ? tried.left.reason : '', /ServerName to an IP address/);
  t.true(E.isRight(parseConnectionString(byName, '--ledger')));
  t.true(E.isLeft(parseConnectionString(byAddress, '--ledger')));
});
