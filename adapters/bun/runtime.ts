/**
 * What of the bun runtime the compiled plugin uses. Its own calls start many times faster than the node:* modules, whose
 * loading alone costs more than the plugin's whole run: this folder imports none of them.
 */
type Bun = {
  readonly connect: (options: { readonly unix: string; readonly socket: SocketListener }) => Promise<Socket>;
  readonly stdin: { readonly stream: () => AsyncIterable<Uint8Array> };
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly write: (destination: unknown, text: string) => Promise<number>;
};

export type Socket = {
  /** How many bytes the kernel took; the rest is to be written again after `drain`. Negative: the socket is closed. */
  readonly write: (bytes: Uint8Array) => number;
  readonly terminate: () => void;
};

export type SocketListener = {
  readonly open: (socket: Socket) => void;
  readonly drain: (socket: Socket) => void;
  readonly data: (socket: Socket, bytes: Uint8Array) => void;
  readonly end: (socket: Socket) => void;
  readonly close: (socket: Socket, error?: Error) => void;
  readonly error: (socket: Socket, error: Error) => void;
  readonly connectError: (socket: Socket, error: Error) => void;
};

declare global {
  const Bun: Bun;
}

export const { connect, stdin, stdout, stderr, write } = Bun;
