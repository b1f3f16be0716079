import { taskEither as TE } from 'fp-ts';
import type { Mutant } from './mutant.ts';

export const redactionMutants: ReadonlyArray<Mutant> = [
  {
    name: 'redaction-recorded-and-not-done',
    defect: 'the log says that a name was taken out, and still has it',
    seams: {
      ports: (ports) => ({
        ...ports,
        redactor: {
          ...ports.redactor,
          redact: ({ payloads, ...where }) =>
            ports.ownLog.append({ ...where, events: payloads.map(({ event }) => event) }),
        },
      }),
    },
  },
  {
    name: 'redacted-name-kept-in-memory',
    defect: 'the agent goes on with the state of before a redaction',
    seams: {
      agent: (agent) => ({ ...agent, host: { ...agent.host, whileChanged: (change) => change() } }),
    },
  },
  {
    name: 'redacted-name-kept-in-a-snapshot',
    defect: 'a snapshot of before a redaction is read behind it',
    seams: { ports: (ports) => ({ ...ports, derived: { remove: () => TE.right(undefined) } }) },
  },
];
