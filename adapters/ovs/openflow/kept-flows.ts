import { isOwnCookie } from '../../../domain/ovs/cookie.ts';
import type { Flow, FlowChange, FlowSeen } from '../../../domain/ovs/flow.ts';
import type { FlowsTold } from '../../../domain/port/flow-table.ts';
import type { FlowUpdate, Told } from './flow-monitor.ts';
import { matchText } from './match.ts';

/** More than a node has pods; beyond it the answer that was kept first goes. */
const mostKept = 1_024;

/** What is known of flows over one connection: it ends with it. */
export type KeptFlows = {
  /** What the switch answered for this cookie; `undefined` where it has to be asked. */
  readonly of: (cookie: string) => ReadonlyArray<FlowSeen> | undefined;
  /** To be called before a question is sent; what it gives takes the answer, and keeps it when nothing came in between. */
  readonly asking: (cookie: string) => (answer: ReadonlyArray<FlowSeen>) => void;
  /** To be called before changes of our own are sent; what it gives says that they are made, or that this is not known. */
  readonly changing: (changes: ReadonlyArray<FlowChange>) => () => void;
  /** Of which flows of ours this is, or may be, a change. */
  readonly hear: (told: Told) => FlowsTold;
};

const isWhole = (answer: ReadonlyArray<FlowSeen>): answer is ReadonlyArray<Required<FlowSeen>> =>
  answer.every(({ flow }) => flow !== undefined);

/**
 * Keeps what the switch answered until it tells of a change. A table has one flow of a priority and match: whoever adds another
 * one takes the place of the first, and is told of alone. So it is known which cookie has which place, and only answers of
 * flows such as we write are kept: of others the match may not be known.
 */
export const makeKeptFlows = (): KeptFlows => {
  const answers = new Map<string, ReadonlyArray<Required<FlowSeen>>>();
  /** By priority and match the cookie under which it is. */
  const places = new Map<number, Map<string, string>>();
  let tells = false;
  /** Counts what makes the answer to a question that was asked before it one that is not kept. */
  let moment = 0;
  let underWay = 0;

  const forget = (cookie: string): void => {
    for (const { flow } of answers.get(cookie) ?? []) {
      const ofPriority = places.get(flow.priority);
      ofPriority?.delete(matchText(flow.match));
      if (ofPriority?.size === 0) places.delete(flow.priority);
    }
    answers.delete(cookie);
  };
  const forgetAll = (): void => {
    answers.clear();
    places.clear();
  };
  const keep = (cookie: string, answer: ReadonlyArray<Required<FlowSeen>>): void => {
    const [first] = answers.keys();
    if (answers.size >= mostKept && first !== undefined) forget(first);
    answers.set(cookie, answer);
    for (const { flow } of answer) {
      const ofPriority = places.get(flow.priority) ?? new Map<string, string>();
      places.set(flow.priority, ofPriority.set(matchText(flow.match), cookie));
    }
  };

  /** Under which cookie the flow is kept whose place it was. */
  const takePlace = (priority: number, match: () => Flow['match'] | undefined): string | undefined => {
    const ofPriority = places.get(priority);
    const there = ofPriority === undefined ? undefined : match();
    const holder = there === undefined ? undefined : ofPriority?.get(matchText(there));
    if (holder !== undefined) forget(holder);
    return holder;
  };

  const hearUpdate = ({ cookie, priority, matched }: FlowUpdate): ReadonlyArray<string> => {
    const ours = isOwnCookie(cookie);
    if (ours) forget(cookie);
    const holder = takePlace(priority, () => matched().match);
    return [...(ours ? [cookie] : []), ...(holder === undefined ? [] : [holder])];
  };

  return {
    of: (cookie) => answers.get(cookie),
    asking: (cookie) => {
      const asked = moment;
      const mayKeep = tells && underWay === 0;
      return (answer) => {
        if (mayKeep && asked === moment && answer.length > 0 && isWhole(answer)) keep(cookie, answer);
      };
    },
    changing: (changes) => {
      moment += 1;
      underWay += 1;
      for (const change of changes)
        if (change.type === 'remove') forget(change.cookie);
        else {
          forget(change.flow.cookie);
          takePlace(change.flow.priority, () => change.flow.match);
        }
      return () => {
        underWay -= 1;
      };
    },
    hear: (told) => {
      if (told === 'telling') {
        tells = true;
        return new Set();
      }
      if (told === 'paused' || told === 'unread') {
        moment += 1;
        forgetAll();
        if (told === 'paused') tells = false;
        // Of what changes while it holds back, the switch tells before it goes on.
        return told === 'unread' ? 'any' : new Set();
      }
      const cookies = new Set<string>();
      for (const update of told) {
        moment += 1;
        for (const cookie of hearUpdate(update)) cookies.add(cookie);
      }
      return cookies;
    },
  };
};
