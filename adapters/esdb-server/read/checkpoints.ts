import type { AllPage, ClientEventRead } from '../../../domain/port/client-log.ts';

/** What a filtered subscription is told, in order. */
export type Told =
  | { readonly event: ClientEventRead }
  /** All up to this position was looked at. */
  | { readonly checkpoint: number };

/**
 * Puts checkpoints between a page's events: at the first event, or at the page's end, that is so many positions behind the checkpoint
 * before. `since` is where that was. Returns what to tell, and where the last checkpoint is now.
 */
export const withCheckpoints = (
  interval: number,
  since: number,
  { events, lookedAt }: Pick<AllPage, 'events' | 'lookedAt'>,
): { readonly told: ReadonlyArray<Told>; readonly since: number } => {
  const told: Told[] = [];
  let last = since;
  const reached = (position: number): void => {
    if (position - last < interval) return;
    told.push({ checkpoint: position });
    last = position;
  };
  for (const event of events) {
    told.push({ event });
    reached(event.position);
  }
  if (lookedAt !== undefined) reached(lookedAt);
  return { told, since: last };
};
