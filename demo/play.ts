import { chapter, step } from './narrate.ts';
import { makeRemoval, type Removal } from './removal.ts';

/** What is to be seen, and what may explain why it failed. */
type Story = {
  readonly tell: () => Promise<void>;
  readonly lastWords: () => Promise<string>;
};

/** Tells a story and removes all that it made, also when a step fails or somebody interrupts it; gives the exit code. */
export const play = async (begin: (removal: Removal) => Promise<Story>): Promise<number> => {
  const started = performance.now();
  const removal = makeRemoval();
  let interrupted = (): void => undefined;
  const interruption = new Promise<never>((_, reject) => {
    interrupted = () => reject(new Error('interrupted'));
  });
  interruption.catch(() => undefined);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  let story: Story | undefined;
  const begun = begin(removal);
  try {
    story = await Promise.race([begun, interruption]);
    await Promise.race([story.tell(), interruption]);
    chapter('Every step held');
    const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s in all`;
    await step('everything that the demo made is removed', removal.remove, seconds);
    return 0;
  } catch (error) {
    process.stderr.write(`\nthe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write((await story?.lastWords().catch(() => '')) ?? '');
    return 1;
  } finally {
    await removal.remove();
    // It may have been interrupted in the middle of making something.
    await begun.catch(() => undefined);
    await removal.remove();
  }
};
