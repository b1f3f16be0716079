import type { AuditEvent } from './events.ts';
import type { AuditState } from './state.ts';

/** Records what happened. Changes and returns the state it is given. */
export const evolve = (state: AuditState, event: AuditEvent): AuditState => {
  switch (event.type) {
    case 'PayloadRedacted':
      state.redacted.add(event.id);
      return state;
  }
};
