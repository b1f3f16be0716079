const colour = process.stdout.isTTY
  ? (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`
  : (_: number, text: string) => text;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

export const chapter = (title: string): void => say(`\n${colour(1, title)}`);

export const show = (command: string, output: string): void => {
  say(colour(2, `  $ ${command}`));
  for (const line of output.trimEnd().split('\n')) say(`    ${line}`);
};

/** Runs a step and says that it held, with what it found; a step that fails ends the demo with its name. */
export const step = async <A>(
  what: string,
  run: () => Promise<A>,
  found: (result: A) => string = () => '',
): Promise<A> => {
  try {
    const result = await run();
    const words = found(result);
    say(`  ${colour(32, '✓')} ${what}${words === '' ? '' : colour(2, `  ${words}`)}`);
    return result;
  } catch (error) {
    say(`  ${colour(31, '✗')} ${what}`);
    throw error;
  }
};

export const expect = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new Error(otherwise);
};
