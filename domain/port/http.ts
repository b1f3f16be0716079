/** A request as a program sees it, wherever it came in. */
export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The decoded JSON body; `undefined` when there was none. */
  readonly body: unknown;
  /** Aborts when the client hangs up before it has its answer. */
  readonly gone: AbortSignal;
};

export type HttpAnswer = {
  readonly status: number;
  /** Sent as JSON; where `contentType` says what it is, as the text that it is. */
  readonly body: unknown;
  readonly contentType?: string;
  /** Called once, before `after`, when the answer did not leave: the client was gone, or there is no text for it. */
  readonly unheard?: () => void;
  /** What need not keep the client waiting: done once, when the answer has left or nobody waits for it any more. */
  readonly after?: () => void;
};

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;
