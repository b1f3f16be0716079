import { createConnection, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { encodeMessage, makeFraming, type Received } from '../../adapters/ovs/openflow/message.ts';

/** A way to a bridge's socket on which each message is seen, and may be kept back or be another one. */
export type Wire = {
  readonly path: string;
  /** For each message towards the switch; what it gives goes on in its place. */
  readonly onSent: (change: (message: Received) => Received) => void;
  /** The same for messages from the switch. */
  readonly onReceived: (change: (message: Received) => Received) => void;
  /** Messages from the switch of which this is true stay on the way, until `release`. */
  readonly keepBack: (which: (message: Received) => boolean) => void;
  readonly release: () => void;
  /** Reads nothing more from the switch, which fills its queues, until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends the connections that there are. */
  readonly cut: () => void;
};

/** `OFPT_MULTIPART_REQUEST`, and `OFPMP_EXPERIMENTER` of it (OpenFlow 1.3.5, sections 7.1.1 and 7.3.5.18). */
const multipartRequest = 18;
const experimenter = 0xffff;

/** For `onSent`: who asks to be told of flows asks for a kind that no switch knows, and so is told of none. */
export const untold = (message: Received): Received => {
  if (message.type === multipartRequest && message.body.readUInt16BE(0) === experimenter)
    message.body.writeUInt32BE(99, 12);
  return message;
};

export const openWire = async (t: ExecutionContext, socketPath: string): Promise<Wire> => {
  const path = `${socketPath}.wire`;
  const wires = new Set<Socket>();
  let keptBack: Array<() => void> = [];
  let sent = (message: Received): Received => message;
  let received = sent;
  let staysBack = (_: Received): boolean => false;
  const each = (take: (message: Received) => void): ((chunk: Buffer) => void) => {
    const framing = makeFraming();
    return (chunk) => {
      const messages = framing(chunk);
      if (E.isLeft(messages)) throw new Error(messages.left);
      messages.right.forEach(take);
    };
  };
  const bytes = (message: Received): Buffer => {
    const encoded = encodeMessage(message);
    // A greeting bears the version of who sent it.
    encoded.writeUInt8(message.spoken, 0);
    return encoded;
  };
  const server = createServer((client) => {
    const real = createConnection(socketPath);
    wires.add(real);
    const end = (): void => {
      real.destroy();
      client.destroy();
      wires.delete(real);
    };
    for (const socket of [client, real]) socket.on('error', () => undefined).on('close', end);
    client.on(
      'data',
      each((message) => real.write(bytes(sent(message)))),
    );
    real.on(
      'data',
      each((message) => {
        const pass = (): void => void client.write(bytes(received(message)));
        if (staysBack(message)) keptBack.push(pass);
        else pass();
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  t.teardown(() => server.close());
  return {
    path,
    onSent: (change) => {
      sent = change;
    },
    onReceived: (change) => {
      received = change;
    },
    keepBack: (which) => {
      staysBack = which;
    },
    release: () => {
      staysBack = () => false;
      const waiting = keptBack;
      keptBack = [];
      for (const pass of waiting) pass();
    },
    pause: () => wires.forEach((real) => void real.pause()),
    resume: () => wires.forEach((real) => void real.resume()),
    cut: () => wires.forEach((real) => void real.destroy()),
  };
};
