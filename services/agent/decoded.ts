import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { protocol, servedProtocols } from '../../domain/cni/request.ts';
import type { HttpAnswer, HttpRequest } from '../../domain/port/http.ts';
import type { Agent } from './agent.ts';
import type { Route } from './route.ts';

/** The protocol that the body names, when it is not one of ours. */
const unknownProtocol = (body: unknown): number | undefined => {
  const asked = typeof body === 'object' && body !== null && 'protocol' in body ? body.protocol : undefined;
  return typeof asked === 'number' && Number.isSafeInteger(asked) && !servedProtocols.includes(asked)
    ? asked
    : undefined;
};

/** The key in the body, as its writer knows it: without the numbers of an intersection's parts. */
const pathIn = (context: t.Context): string =>
  context
    .filter((_, at) => !(context[at - 1]?.type instanceof t.IntersectionType))
    .map(({ key }) => key)
    .join('.')
    .replace(/^\./, '');

/** Decodes the body; another protocol or a body that is not of this shape never reaches the route. */
export const decoded =
  <A>(
    codec: t.Type<A, unknown, unknown>,
    route: (agent: Agent, body: A, request: HttpRequest) => Promise<HttpAnswer>,
  ): Route<Agent> =>
  (agent, request) => {
    const body = codec.decode(request.body);
    if (E.isRight(body)) return route(agent, body.right, request);
    const asked = unknownProtocol(request.body);
    if (asked !== undefined) {
      const error = toCniError({ type: 'unknown-protocol', asked, served: servedProtocols });
      return Promise.resolve({ status: 400, body: { error } });
    }
    const keys = [...new Set(body.left.map(({ context }) => pathIn(context)))];
    return Promise.resolve({
      status: 400,
      body: {
        error: toCniError({ type: 'wrong-protocol', keys, protocol }),
      },
    });
  };
