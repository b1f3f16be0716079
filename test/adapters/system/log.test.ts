import { spawnSync } from 'node:child_process';
import test from 'ava';

const lines = (program: string): ReadonlyArray<Record<string, unknown>> => {
  const { stdout, stderr } = spawnSync(process.execPath, [
    '--input-type=module',
    '-e',
    `import { openLog } from ${JSON.stringify(import.meta.resolve('../../../adapters/system/log.ts'))}; ${program}`,
  ]);
  if (stdout.length > 0) throw new Error(`stdout is the result’s alone, but it has: ${stdout}`);
  return String(stderr)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('a line is JSON on stderr with the level’s name, the time, the message and the fields', (t) => {
  const [line, ...more] = lines(
    `openLog('evio-agent', 'info').warn('bridge gone', { bridge: 'evio0', ports: 3 });`,
  );
  t.deepEqual(more, []);
  t.like(line, { level: 'warn', program: 'evio-agent', message: 'bridge gone', bridge: 'evio0', ports: 3 });
  t.regex(String(line?.['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('what lies below the level is not written', (t) => {
  const written = lines(`const log = openLog('x', 'warn');
    log.debug('1'); log.info('2'); log.warn('3'); log.error('4');`);
  t.deepEqual(
    written.map(({ message }) => message),
    ['3', '4'],
  );
});

test('an error is written with its message and stack', (t) => {
  const [line] = lines(`openLog('x', 'info').error('no switch', { err: new Error('connection refused') });`);
  t.like(line, { message: 'no switch', err: { type: 'Error', message: 'connection refused' } });
});

test('nothing is lost when the process ends right after, even by abort', (t) => {
  const many = `const log = openLog('x', 'info'); for (let n = 0; n < 2000; n += 1) log.info('line', { n });`;
  t.is(lines(`${many} process.exit(1);`).length, 2000);
  t.is(lines(`${many} process.kill(process.pid, 'SIGKILL');`).length, 2000);
});
