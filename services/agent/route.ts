import type { HttpAnswer, HttpRequest } from '../../domain/port/http.ts';

/** One thing that can be asked of a node. */
export type Route<A> = (asked: A, request: HttpRequest) => Promise<HttpAnswer>;
