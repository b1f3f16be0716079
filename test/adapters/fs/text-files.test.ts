import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { textFiles } from '../../../adapters/fs/text-files.ts';

const scratch = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-text-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
};

test('the lines of a file are what was written, wherever a piece ends', async (t) => {
  const path = join(scratch(t), 'lines');
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const written = await textFiles.write(
        path,
        lines.map((text) => `${text}\n`),
      )();
      t.true(E.isRight(written));
      t.deepEqual([...textFiles.lines(path)], lines);
    }),
    { numRuns: 40 },
  );
});

test('characters that lie across two chunks are whole, and the last line may lack its end', (t) => {
  const path = join(scratch(t), 'long');
  const lines = [`a${'€'.repeat(300_000)}`, '', '🜁'.repeat(100_000)];
  writeFileSync(path, lines.join('\n'));
  t.deepEqual([...textFiles.lines(path)], lines);
});

test('what is no text, has no line ends, or is not there is said', (t) => {
  const folder = scratch(t);
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.from([0x61, 0x0a, 0xe2, 0x82]));
  t.throws(() => [...textFiles.lines(path)], { message: /not valid/ });
  writeFileSync(path, Buffer.alloc((1 << 24) + (1 << 20), 'a'));
  t.throws(() => [...textFiles.lines(path)], { message: 'a line is longer than 16777216 characters' });
  t.throws(() => [...textFiles.lines(join(folder, 'none'))], { code: 'ENOENT' });
});

test('a file has its name only when all of it is there', async (t) => {
  const folder = scratch(t);
  const path = join(folder, 'out');
  const broken = function* () {
    yield 'a';
    throw new Error('the log cannot be read');
  };
  const failed = await textFiles.write(path, broken())();
  t.true(E.isLeft(failed) && failed.left.reason.includes('the log cannot be read'));
  t.deepEqual(readdirSync(folder), []);
  t.true(E.isRight(await textFiles.write(path, ['a', 'b'])()));
  t.is(readFileSync(path, 'utf8'), 'ab');
  t.deepEqual(readdirSync(folder), ['out']);
});
