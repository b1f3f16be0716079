import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { verify, writeLog } from './verified-log.ts';

test('a damaged page anywhere in the file is a fault with a reason, never an exception', async (t) => {
  const sound = await writeLog(t);
  const db = new DatabaseSync(sound, { readOnly: true });
  const pageSize = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.close();
  const bytes = readFileSync(sound);
  const pages = bytes.length / pageSize;
  t.true(pages > 20, `${pages} pages`);
  const found = new Set<string | undefined>();
  for (let page = 1; page < pages; page += 1) {
    const path = `${sound}-${page}`;
    const damaged = Buffer.from(bytes);
    damaged.fill(0xa5, page * pageSize, (page + 1) * pageSize);
    writeFileSync(path, damaged);
    const fault = verify(path);
    t.true(fault !== undefined && fault.found !== '', `page ${page}`);
    found.add(fault?.type);
  }
  // In the rows themselves, and beside them: in an index, the row that names the log, its seal.
  t.deepEqual([...found].sort(), ['file', 'unreadable']);
});
