import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../domain/generate/dice.ts';
import type { TestNode } from '../test/support/node.ts';
import { isReady } from '../test/support/scene.ts';
import { type Book, openBook } from './book.ts';
import { compare, type Differences, untold } from './compare.ts';
import { type Mishaps, makeMishaps } from './mishaps.ts';
import type { Found, Network, Sandbox } from './network.ts';
import { runWorker, sandboxesOf } from './runtime.ts';

export const concurrency = 200;
/** More than are used at a time, and fewer than the node's addresses: nothing is refused for want of one. */
export const sandboxCount = 240;
/** For the agent to put back what the last mishap took. */
const settleMs = 20_000;

export type Outcome = Mishaps & {
  readonly operations: number;
  readonly duplicates: ReadonlyArray<string>;
  readonly leaks: ReadonlyArray<string>;
  readonly lost: ReadonlyArray<string>;
  readonly refusals: ReadonlyMap<string, number>;
};

export type Soak = {
  readonly node: TestNode;
  readonly network: Network;
  readonly sandboxes: ReadonlyArray<Sandbox>;
  readonly seconds: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Throws when the run was interrupted. */
  readonly goOn: () => void;
};

const load = async ({ node, network, sandboxes, seconds, seed, progress, goOn }: Soak, book: Book) => {
  let over = false;
  const ended = (): boolean => over;
  const pool = sandboxesOf(sandboxes, dice(seed));
  const workers = Array.from({ length: concurrency }, (_, index) =>
    runWorker(network, book, pool, dice(seed + 1 + index), ended),
  );
  const mishaps = makeMishaps(node, seconds, dice(seed), ended);
  const all = Promise.all([mishaps, ...workers]);
  for (let second = 0; second < seconds; second++) {
    await Promise.race([sleep(1000), all]);
    if (second % 10 === 9) progress(`${second + 1} s: ${book.operations()} operations`);
    try {
      goOn();
    } catch (error) {
      over = true;
      await all;
      throw error;
    }
  }
  const operations = book.operations();
  over = true;
  const [made] = await all;
  return { ...made, operations };
};

/** Polls until nothing differs, or until the agent has had its time. */
const settled = async (soak: Soak, atFirst: Found, book: Book): Promise<Differences> => {
  const end = performance.now() + settleMs;
  for (;;) {
    const differences = await compare(soak.network, atFirst, book.held());
    const none = differences.leaks.length + differences.lost.length === 0;
    if (none || performance.now() > end) return differences;
    await sleep(500);
  }
};

/** DEL of these, a few at a time; each must succeed. */
const deleteThese = async (
  { network, sandboxes, goOn }: Soak,
  book: Book,
  these: (sandbox: Sandbox) => boolean,
): Promise<void> => {
  const left = sandboxes.filter(these);
  const worker = async (): Promise<void> => {
    for (let sandbox = left.pop(); sandbox !== undefined; sandbox = left.pop()) {
      goOn();
      book.deleting(sandbox);
      const run = await network.call('DEL', sandbox);
      if (book.ended('DEL', run) !== 'done') throw new Error(`DEL of the rest failed: ${run.out}${run.err}`);
      book.deleted(sandbox);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
};

const mustSucceed = async (node: TestNode, ...args: ReadonlyArray<string>): Promise<string> => {
  const { code, out, err } = await node.evioctl(...args);
  if (code !== 0) throw new Error(`evioctl ${args.join(' ')}: exit code ${code}: ${out}${err}`);
  return out;
};

/** Load and mishaps, then three looks: with all that is held, with nothing held, and at the log. */
export const soak = async (options: Soak): Promise<Outcome> => {
  const { node, network, progress } = options;
  const book = openBook();
  const atFirst = await network.found();
  progress(`${network.title}: ${concurrency} at a time for ${options.seconds} s`);
  const { operations, ...mishaps } = await load(options, book);

  progress(`looking at the machine with ${book.held().size} attachments`);
  await isReady(node);
  // What was asked for last and not answered with success: a runtime asks for its end until it has it.
  await deleteThese(options, book, book.isUnknown);
  const withHeld = await settled(options, atFirst, book);
  progress('deleting all, and looking again');
  await deleteThese(options, book, book.isHeld);
  const withNone = await settled(options, atFirst, book);

  progress('verifying the log');
  await node.stopAgent();
  const log = join(node.dir, 'state', 'ledger.db');
  await mustSucceed(node, 'verify', '--log', log);
  const exported = await mustSucceed(node, 'export', '--log', log);
  return {
    ...mishaps,
    operations,
    duplicates: book.duplicates,
    leaks: [...withHeld.leaks, ...withNone.leaks],
    lost: [...withHeld.lost, ...withNone.lost, ...untold(book, exported)],
    refusals: book.refusals(),
  };
};
