import { taskEither as TE } from 'fp-ts';
import type { Verb } from '../../domain/cni/version.ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Capabilities } from '../../services/cni-plugin/capabilities.ts';
import { binFolder, lender } from '../machine/lender.ts';
import type { Seams } from '../seams.ts';
import type { Mutant } from './mutant.ts';

const command = 'CNI_COMMAND';

/** A run for the one verb does not ask the delegate for the other, and goes on as if it had. */
const unasked = (own: Verb, verb: Verb): Seams => ({
  plugin: (capabilities) => ({
    ...capabilities,
    runDelegate: (run, giveUp) =>
      capabilities.environment[command] === own && run.environment[command] === verb
        ? TE.right({ exitCode: 0, stdout: '' })
        : capabilities.runDelegate(run, giveUp),
  }),
});

type Call = AgentConnection['call'];

const withCall = (change: (call: Call, capabilities: Capabilities) => Call): Seams => ({
  plugin: (capabilities) => ({
    ...capabilities,
    connectAgent: (socket) => ({ call: change(capabilities.connectAgent(socket).call, capabilities) }),
  }),
});

export const delegationMutants: ReadonlyArray<Mutant> = [
  {
    name: 'given-in-vain-and-kept',
    defect: 'what the agent refuses is not given back to the delegate',
    seams: unasked('ADD', 'DEL'),
  },
  { name: 'del-not-forwarded', defect: 'a DEL ends here', seams: unasked('DEL', 'DEL') },
  { name: 'gc-not-forwarded', defect: 'a GC ends here', seams: unasked('GC', 'GC') },
  {
    name: 'delegate-asked-before-the-agent-admits',
    defect: 'an ADD that the agent would refuse reaches the delegate',
    seams: withCall(
      (call) => (method, path, body, timeoutMs) =>
        path === '/v1/admit'
          ? TE.right({ status: 200, body: { result: { routes: [] } } })
          : call(method, path, body, timeoutMs),
    ),
  },
  {
    name: 'given-passes-for-requested',
    defect: 'the agent is not told that another plugin chose',
    seams: withCall((call) => (method, path, body, timeoutMs) => {
      const { delegated, ...asked } = body as { readonly delegated?: { readonly addresses: unknown } };
      return path === '/v1/add' && delegated !== undefined
        ? call(method, path, { ...asked, requestedAddresses: delegated.addresses }, timeoutMs)
        : call(method, path, body, timeoutMs);
    }),
  },
  {
    name: 'given-back-before-the-link-is-gone',
    defect: 'a DEL reaches the delegate before the agent',
    seams: withCall((call, { runDelegate, environment }) => (method, path, body, timeoutMs) => async () => {
      const isLent = (body as { readonly network?: unknown }).network === 'lent';
      const never = new Promise(() => undefined);
      const variables = { ...environment } as Readonly<Record<string, string>>;
      if (path === '/v1/del' && isLent)
        await runDelegate({ path: `${binFolder}/${lender}`, environment: variables, input: '{}' }, never)();
      return call(method, path, body, timeoutMs)();
    }),
  },
];
