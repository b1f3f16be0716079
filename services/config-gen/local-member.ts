import { either as E, taskEither as TE } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Member } from '../agent/agent.ts';
import type { AgentConfiguration } from '../agent/configuration.ts';
import { type MembershipFailure, openMembership } from '../agent/membership.ts';
import type { MembershipPorts } from '../agent/ports.ts';
import { unknownReadiness } from '../agent/readiness.ts';
import { memberAnswers } from '../agent/routes.ts';

export type LocalMember = { readonly connection: AgentConnection; readonly close: () => Promise<void> };

/**
 * Answers for the agent while it is not running – an init container runs before it – by opening the node's log itself. The
 * agent finds the lease in the log when it starts.
 */
export const openLocalMember = async (
  ports: MembershipPorts,
  configuration: AgentConfiguration,
): Promise<E.Either<MembershipFailure, LocalMember>> => {
  const opened = await openMembership(ports, configuration);
  if (E.isLeft(opened)) return opened;
  const { follow, stop, ...membership } = opened.right;
  const member: Member = {
    ...membership,
    ports,
    configuration,
    readiness: unknownReadiness('evio-agent is not running'),
    settle: async () => undefined,
  };
  const answer = memberAnswers(member);
  follow(async () => undefined);
  return E.right({
    connection: {
      call: (method, path, body) =>
        TE.fromTask(() => {
          const url = new URL(path, 'http://agent');
          const query = Object.fromEntries(url.searchParams);
          return answer({ method, path: url.pathname, query, body, gone: new AbortController().signal });
        }),
    },
    close: async () => {
      await stop();
      await ports.ownLog.close();
      if (ports.clusterLog !== ports.ownLog) await ports.clusterLog.close();
    },
  });
};
