import { resolve } from 'node:path';
import test from 'ava';
import { run } from '../../support/run.ts';

const folder = resolve(import.meta.dirname, '../../../adapters/http');

for (const file of ['server.ts', 'tcp.ts', 'client.ts']) {
  test(`${file} has no part of Node compiled that nobody uses`, async (t) => {
    const loaded = `await import(${JSON.stringify(`${folder}/${file}`)}); console.log(process.moduleLoadList.join('\\n'))`;
    const modules = await run(process.execPath, '--input-type=module', '--eval', loaded);
    t.regex(modules, /^NativeModule http$/m);
    t.notRegex(modules, /undici/);
  });
}
