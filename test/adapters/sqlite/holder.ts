// Opens the log named by its first argument, says how that went, and stays.
import { either as E } from 'fp-ts';
import { tryOpen } from './scratch.ts';

const opened = tryOpen(process.argv[2] ?? '');
process.send?.(E.isRight(opened) ? { type: 'opened' } : opened.left);
setInterval(() => {}, 60_000);
