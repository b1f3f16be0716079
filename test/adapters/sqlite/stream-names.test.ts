import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { verify, writeLog } from './verified-log.ts';

test('a stream key that no number holds is met at the first event of its stream', async (t) => {
  const path = await writeLog(t);
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  const first = Number(
    db.prepare('SELECT min(position) AS first FROM event WHERE stream = 2').get()?.['first'],
  );
  db.exec('UPDATE stream SET key = key + (1 << 60) WHERE key = 2');
  db.close();
  t.true(first > 0);
  const fault = verify(path);
  t.is(fault?.type, 'stream');
  t.is(fault?.position, first);
});
