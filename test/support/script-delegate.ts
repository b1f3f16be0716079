import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** What an IPAM plugin made of a shell script was asked, and with what. */
export type ScriptDelegate = {
  readonly folder: string;
  readonly name: string;
  /** Its verbs, in order; each stands there before the script's own words for it run. */
  readonly verbs: () => Promise<ReadonlyArray<string>>;
  readonly inputOf: (verb: string) => Promise<string>;
  readonly environmentOf: (verb: string) => Promise<Readonly<Record<string, string>>>;
};

const orEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

const variables = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('CNI_'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** A real program in a folder of its own; of each verb it does what `words` say in shell, of others nothing. */
export const scriptDelegate = async (
  t: Pick<ExecutionContext, 'teardown'>,
  words: Readonly<Record<string, string>> = {},
  name = 'scripted-ipam',
): Promise<ScriptDelegate> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-delegate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const cases = Object.entries(words).map(([verb, said]) => `${verb})\n${said}\n;;`);
  const script = [
    '#!/bin/sh',
    `cat > "${folder}/stdin.$CNI_COMMAND"`,
    `env > "${folder}/env.$CNI_COMMAND"`,
    `echo "$CNI_COMMAND" >> "${folder}/verbs"`,
    ...['case "$CNI_COMMAND" in', ...cases, 'esac'],
  ];
  await writeFile(join(folder, name), `${script.join('\n')}\n`, { mode: 0o755 });
  return {
    folder,
    name,
    verbs: async () => (await orEmpty(join(folder, 'verbs'))).split('\n').filter((verb) => verb !== ''),
    inputOf: (verb) => orEmpty(join(folder, `stdin.${verb}`)),
    environmentOf: async (verb) => variables(await orEmpty(join(folder, `env.${verb}`))),
  };
};

/** Shell that says this JSON. */
export const says = (value: unknown): string => `cat <<'JSON'\n${JSON.stringify(value)}\nJSON`;

/** Shell that refuses with this CNI error. */
export const refuses = (code: number, msg: string): string => `${says({ code, msg })}\nexit 1`;
