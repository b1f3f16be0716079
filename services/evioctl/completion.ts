import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Adds `complete`, which the shells ask. Each command takes the program's own options too, which tab gives to none. */
export const addCompletion = (program: Command): void => {
  const root = tab(program);
  for (const command of root.commands.values())
    for (const { long, description, required } of program.options) {
      const name = long?.slice(2) ?? '';
      if (required) command.option(name, description, () => undefined);
      else command.option(name, description);
    }
};
