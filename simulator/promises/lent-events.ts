import { wasAdopted } from '../../domain/host/choice.ts';
import type { PodAdded } from '../../domain/host/events.ts';
import { lender } from '../machine/lender.ts';
import { isLent } from '../slots.ts';
import type { Breaks } from './broken.ts';

/** The addresses stand in the log as the delegate's. `lent`: what it gave by its own records. */
export const judgeLent = (breaks: Breaks, event: PodAdded, lent: ReadonlyArray<string> | undefined): void => {
  if (wasAdopted(event)) return;
  for (const { address, choice } of event.addresses) {
    const isTold = choice.by === 'delegated' && choice.plugin === lender;
    if (isTold !== isLent(event) || (isTold && lent !== undefined && !lent.includes(address)))
      breaks(
        'what a delegate gave is recorded as given by it',
        `${address} of ${event.containerId}: ${JSON.stringify(choice)}, the delegate gave ${lent}`,
      );
  }
};
