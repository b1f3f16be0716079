import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { either as E } from 'fp-ts';
import type { Access, Caller, NotAuthenticated } from '../../../domain/port/access.ts';
import type { Unavailable } from '../../../domain/port/event-store.ts';
import type { Log } from '../../../domain/port/log.ts';
import { type ByteBudget, shareOf } from './byte-budget.ts';
import { type Method, type OpenCall, openCall } from './call.ts';
import { CallFailure } from './messages.ts';
import type { Outflow } from './outflow.ts';
import type { PageSlots } from './slots.ts';
import { done, type GrpcStatus, refusedAs } from './status.ts';
import { timeoutMs } from './timeout.ts';

export type ServedMethod =
  | { readonly for: 'authenticated'; readonly run: Method }
  /** Clients send no credentials with it. What comes with the request is not read. */
  | {
      readonly for: 'anybody';
      readonly run: (call: Pick<OpenCall, 'authority' | 'send'>) => Promise<GrpcStatus>;
    };

export type CallService = {
  /** By their paths. */
  readonly methods: ReadonlyMap<string, ServedMethod>;
  /** Why a path is not among them. */
  readonly unknown: (path: string) => GrpcStatus;
  readonly access: Access;
  readonly log: Log;
  readonly messageBytes: number;
  readonly stuckMs: number;
  readonly closing: AbortSignal;
  /** Called when a call has ended, with its path: `other` for all that are not served, of which anybody may make up as many as he likes. */
  readonly callEnded: (path: string, status: GrpcStatus, seconds: number) => void;
};

/** `setTimeout` counts in 32 bits. */
const longestMs = 2 ** 31 - 1;

/** What the calls of one connection share. */
export type SharedByConnection = {
  readonly uploads: ByteBudget;
  readonly pages: PageSlots;
  readonly outflow: Outflow;
  /** Called when somebody's credential has held. */
  readonly letIn: () => void;
};

/** Serves one call, from its header to its status. Never rejects. */
export const serveCall = async (
  service: CallService,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  shared: SharedByConnection,
): Promise<void> => {
  const began = performance.now();
  const path = String(headers[':path']);
  if (headers[':method'] !== 'POST' || !/^application\/grpc\b/.test(headers['content-type'] ?? '')) {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  const uploads = shareOf(shared.uploads);
  const call = openCall(stream, headers, service.closing, { ...service, ...shared, uploads });
  const milliseconds = timeoutMs(String(headers['grpc-timeout']));
  const deadline =
    milliseconds === undefined
      ? undefined
      : setTimeout(() => call.end(late), Math.min(milliseconds, longestMs)).unref();
  const answer = await Promise.race([
    answerOf(service, call, path, headers, shared).finally(uploads.close),
    call.ended,
  ]);
  clearTimeout(deadline);
  call.end(answer);
  service.callEnded(service.methods.has(path) ? path : 'other', answer, (performance.now() - began) / 1000);
};

const late = refusedAs('deadlineExceeded', 'the deadline passed');
const closed = refusedAs('unavailable', 'the server is closing: call again');

/** Clients take UNAUTHENTICATED as final, and UNAVAILABLE as a reason to call again. */
const notLetIn = (failure: NotAuthenticated | Unavailable): GrpcStatus => {
  switch (failure.type) {
    case 'not-authenticated':
      return refusedAs('unauthenticated', failure.reason);
    case 'unavailable':
      return refusedAs('unavailable', failure.reason);
  }
};

const answerOf = async (
  service: CallService,
  call: OpenCall,
  path: string,
  headers: IncomingHttpHeaders,
  { letIn }: SharedByConnection,
): Promise<GrpcStatus> => {
  const served = service.methods.get(path);
  try {
    if (served === undefined) return service.unknown(path);
    if (service.closing.aborted) return closed;
    if (served.for === 'anybody') return await served.run(call);
    const caller = await service.access.authenticate(headers.authorization)();
    if (E.isLeft(caller)) return notLetIn(caller.left);
    letIn();
    // It may have begun to close meanwhile, which nobody would tell the method.
    if (service.closing.aborted) return closed;
    return await runFor(caller.right, served.run, call);
  } catch (error) {
    if (error instanceof CallFailure) return error.status;
    service.log.error('a call failed', { path, error });
    return refusedAs('internal', "a defect of the server; the server's log has the reason");
  }
};

/** Runs the method until it has its answer, or the caller may not call it any more. */
const runFor = async ({ revoked, ...caller }: Caller, run: Method, call: OpenCall): Promise<GrpcStatus> => {
  const end = (): void =>
    call.end(refusedAs('unauthenticated', `the credential of ${caller.name} was revoked`));
  if (revoked.aborted) end();
  revoked.addEventListener('abort', end);
  try {
    return call.over.aborted ? done : await run({ ...call, caller: { ...caller, revoked } });
  } finally {
    revoked.removeEventListener('abort', end);
  }
};
