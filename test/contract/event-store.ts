import { appendContract } from './event-store/append.ts';
import { closeContract } from './event-store/close.ts';
import { flushContract } from './event-store/flush.ts';
import { readContract } from './event-store/read.ts';
import { repeatContract } from './event-store/repeat.ts';
import { subscribeContract } from './event-store/subscribe.ts';
import { subscribeTypesContract } from './event-store/subscribe-types.ts';
import { everything, type OpenStore, type Promised } from './event-store/support.ts';

/** What every adapter of the event store port promises: registers the tests for the one that `open` opens. */
export const storeContract = (name: string, open: OpenStore, promised: Promised = everything): void => {
  appendContract(name, open, promised);
  repeatContract(name, open, promised);
  flushContract(name, open);
  readContract(name, open);
  subscribeContract(name, open);
  subscribeTypesContract(name, open, promised);
  closeContract(name, open);
};
