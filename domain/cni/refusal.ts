import type { UnreadableEvent } from '../event.ts';
import type { HostFailure } from '../host/failure.ts';
import type { AppendFailure, ReadFailure } from '../port/event-store.ts';
import type { FlowTableFailure } from '../port/flow-table.ts';
import type { KernelFailure } from '../port/kernel.ts';
import type { SwitchFailure } from '../port/switch.ts';
import { plain, plainly } from '../shown.ts';
import type { CniError } from './error.ts';
import type { RequestRefusal } from './request-refusal.ts';
import { hostWords } from './words/host.ts';
import { logWords } from './words/log.ts';
import { machineWords } from './words/machine.ts';
import { requestWords } from './words/request.ts';
import type { WordsFor } from './words/words.ts';

/** Everything for which the agent refuses a CNI request. */
export type Refusal =
  | HostFailure
  | KernelFailure
  | SwitchFailure
  | FlowTableFailure
  | AppendFailure
  | ReadFailure
  | UnreadableEvent
  | RequestRefusal;

const words: WordsFor<Refusal> = { ...hostWords, ...machineWords, ...logWords, ...requestWords };

/** Why a node is fenced are our own words, with what helps at their end, or an operator's: room for either, and for STATUS to say it first. */
const longestFence = 1000;

const readable = (refusal: Refusal): Refusal => {
  if (refusal.type === 'lease-fenced') return plainly(refusal, longestFence);
  if (refusal.type !== 'not-ready' || refusal.fenced !== true) return plainly(refusal);
  const [first, ...rest] = refusal.reasons;
  const reasons =
    first === undefined ? [] : [plain(first, longestFence + 100), ...rest.map((one) => plain(one))];
  return { ...refusal, reasons };
};

/** The one place where a refusal becomes a CNI error. What callers gave, and whatever else is in it, is shown plainly. */
export const toCniError = (refusal: Refusal): CniError => {
  const say = words[refusal.type] as (failure: Refusal) => CniError;
  return say(readable(refusal));
};
