import type { HttpHandler } from '../domain/port/http.ts';
import type { Route } from './agent/route.ts';

/** Answers what the routes have; a path that is not among them says which are. */
export const answerRoutes =
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
