import { uuidFrom } from '../random.ts';
import type { Mutant } from './mutant.ts';

type Asked = Readonly<Record<string, unknown>>;

export const identityMutants: ReadonlyArray<Mutant> = [
  {
    name: 'new-event-ids-on-retry',
    defect: "an event's id does not follow from its command",
    seams: {
      ports: (ports) => ({ ...ports, ids: { ...ports.ids, derive: () => ports.ids.random() } }),
    },
  },
  {
    name: 'new-request-id-on-retry',
    defect: 'the plugin asks again as somebody else',
    seams: {
      connection: (connection, { ids }) => ({
        call: (method, path, body, timeoutMs) => {
          const asked = body as Asked;
          const again = asked['attempt'] === 0 ? asked : { ...asked, requestId: ids.random() };
          return connection.call(method, path, again, timeoutMs);
        },
      }),
    },
  },
  {
    name: 'attempt-not-increased',
    defect: 'the plugin asks again as if it were the first time',
    seams: {
      connection: (connection) => ({
        call: (method, path, body, timeoutMs) =>
          connection.call(method, path, { ...(body as Asked), attempt: 0 }, timeoutMs),
      }),
    },
  },
  {
    name: 'boot-id-kept',
    defect: 'a reboot is taken for a restart of the agent',
    seams: { bootId: () => uuidFrom(() => 0) },
  },
];
