import type { HttpHandler } from '../../domain/port/http.ts';
import type { Agent, Member } from './agent.ts';
import { cniRoutes } from './cni-routes.ts';
import { driftRoutes } from './drift-routes.ts';
import { dropRoutes } from './drop-era-route.ts';
import { importRoutes } from './import-route.ts';
import { ipamRoutes } from './ipam/routes.ts';
import { measuredRoutes } from './measured-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { probeRoutes } from './probe-routes.ts';
import { redactRoutes } from './redact-route.ts';
import type { Route } from './route.ts';

const answer =
  <A>(routes: Readonly<Record<string, Route<A>>>, asked: A): HttpHandler =>
  (request) => {
    const route = routes[`${request.method} ${request.path}`];
    if (route !== undefined) return route(asked, request);
    return Promise.resolve({
      status: 404,
      body: {
        error: {
          msg: `there is no ${request.method} ${request.path}`,
          details: `there is: ${Object.keys(routes).join(', ')}`,
        },
      },
    });
  };

/** Everything that a running agent answers; a path that it does not know says which it does. */
export const agentAnswers = (agent: Agent): HttpHandler =>
  answer<Agent>(
    {
      ...measuredRoutes({ ...cniRoutes, ...ipamRoutes }),
      ...operatorRoutes,
      ...importRoutes,
      ...redactRoutes,
      ...dropRoutes,
      ...driftRoutes,
      ...probeRoutes,
    },
    agent,
  );

/** What monitoring may ask of a running agent, also over the network. */
export const probeAnswers = (agent: Agent): HttpHandler => answer(probeRoutes, agent);

/** What can be answered about a node whose agent is not running. */
export const memberAnswers = (member: Member): HttpHandler => answer(operatorRoutes, member);
