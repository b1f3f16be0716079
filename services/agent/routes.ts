import type { HttpHandler } from '../../domain/port/http.ts';
import { answerRoutes } from '../answer-routes.ts';
import type { Agent, Member } from './agent.ts';
import { cniRoutes } from './cni-routes.ts';
import { driftRoutes } from './drift-routes.ts';
import { dropRoutes } from './drop-era-route.ts';
import { importRoutes } from './import-route.ts';
import { ipamRoutes } from './ipam/routes.ts';
import { measuredRoutes } from './measured-routes.ts';
import { nodeRoutes } from './node-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { agentProbes } from './probe-routes.ts';
import { redactRoutes } from './redact-route.ts';

/** Everything that a running agent answers; a path that it does not know says which it does. */
export const agentAnswers = (agent: Agent): HttpHandler =>
  answerRoutes<Agent>(
    {
      ...measuredRoutes({ ...cniRoutes, ...ipamRoutes }),
      ...operatorRoutes,
      ...nodeRoutes,
      ...importRoutes,
      ...redactRoutes,
      ...dropRoutes,
      ...driftRoutes,
      ...agentProbes,
    },
    agent,
  );

/** What monitoring may ask of a running agent, also over the network. */
export const probeAnswers = (agent: Agent): HttpHandler => answerRoutes(agentProbes, agent);

/** What can be answered about a node whose agent is not running. */
export const memberAnswers = (member: Member): HttpHandler => answerRoutes(operatorRoutes, member);
