/**
 * The bun runtime inside the compiled plugin obeys environment variables: BUN_BE_BUN makes it the bun command line,
 * BUN_OPTIONS loads foreign code, BUN_INSPECT* opens a debugger, BUN_BYTECODE_*_OUT writes files, BUN_FEATURE_FLAG_* and
 * BUN_CONFIG_* take parts of the runtime away, BUN_JSC_* sets engine options and ends the process over one it does not know. A plugin that runs as root with whatever environment a container
 * runtime passes on must heed none of them, and bun has no build option for that. So their names are changed in the
 * compiled file, at the same length, to ones that begin with "=", which no shell and no setenv(3) can set.
 */
/** Whole names, and beginnings of names. */
const names: ReadonlyArray<string> = [
  'BUN_BE_BUN',
  'BUN_OPTIONS',
  'BUN_INSPECT',
  'BUN_BYTECODE_',
  'BUN_FEATURE_FLAG_',
  'BUN_CONFIG_',
  'BUN_CRASH_REPORT_URL',
  'BUN_ENABLE_CRASH_REPORTING',
];

const jneShort = 0x75;
const cmpByte = 0x80;
const rexB = 0x41;

/**
 * Whether BUN_JSC_ is compared here, as x86-64 does it letter by letter: `cmp byte [text], 'B'; jne; cmp byte [text+1],
 * 'U'; jne …`. `place` is where the B stands.
 */
const comparesJscPrefix = (program: Buffer, place: number): boolean => {
  let at = place + 1;
  for (const [index, letter] of [...'UN_JSC_'].entries()) {
    if (program[at] !== jneShort) return false;
    at += 2;
    if (program[at] === rexB) at += 1;
    if (program[at] !== cmpByte || program[at + 2] !== index + 1) return false;
    if (program[at + 3] !== letter.charCodeAt(0)) return false;
    at += 4;
  }
  return true;
};

const jscComparisons = (program: Buffer): ReadonlyArray<number> => {
  const beginning = Buffer.from([0x42, jneShort]);
  const places: number[] = [];
  for (let at = program.indexOf(beginning); at >= 0; at = program.indexOf(beginning, at + 1)) {
    if (comparesJscPrefix(program, at)) places.push(at);
  }
  return places;
};

const deadLetter = '='.charCodeAt(0);

export type Defused =
  | { readonly type: 'defused'; readonly program: Buffer }
  /** Another release of bun: look again at how it reads its environment. */
  | { readonly type: 'not-found'; readonly name: string };

const placesOf = (program: Buffer, name: string): ReadonlyArray<number> => {
  const places: number[] = [];
  for (let at = program.indexOf(name); at >= 0; at = program.indexOf(name, at + 1)) places.push(at);
  return places;
};

/** The program with those names changed; nothing else differs. Fails when one of them cannot be found. */
export const defuse = (compiled: Buffer, architecture: string): Defused => {
  const found = [
    ...names.map((name) => ({ name, places: placesOf(compiled, name) })),
    ...(architecture === 'x64' ? [{ name: 'BUN_JSC_', places: jscComparisons(compiled) }] : []),
  ];
  const missing = found.find(({ places }) => places.length === 0);
  if (missing !== undefined) return { type: 'not-found', name: missing.name };
  const program = Buffer.from(compiled);
  for (const place of found.flatMap(({ places }) => places)) program[place] = deadLetter;
  return { type: 'defused', program };
};
