import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import koffi from 'koffi';
import { recv, send, socket } from '../../adapters/kernel/libc.ts';

/*
 * A packet socket on one interface of the namespace that this runs in (packet(7)). `listen IFNAME` prints each frame that
 * arrives as a line of hexadecimal digits, after the line "ready". `send IFNAME` sends the frames that it reads in the same form
 * and prints "sent" for each. `flood IFNAME FRAME…` says "ready", waits for the interface, and sends its frames again and again
 * until it is killed; it says "sent" for each thousand that went out.
 */
const bind = koffi.load(null).func('int bind(int fd, const void *address, int length)') as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number;

const packetFamily = 17;
const rawSocket = 3;
const allProtocols = 0x0003;
const dontWait = 0x40;

/** `undefined` while there is no such interface. */
const openOn = (ifname: string): number | undefined => {
  let index: number;
  try {
    index = Number(readFileSync(`/sys/class/net/${ifname}/ifindex`, 'utf8'));
  } catch {
    return undefined;
  }
  const address = Buffer.alloc(20);
  address.writeUInt16LE(packetFamily, 0);
  address.writeUInt16BE(allProtocols, 2);
  address.writeInt32LE(index, 4);
  // Deaf until it is bound: a socket that asks for all protocols hears every interface until then (packet(7)).
  const fd = socket(packetFamily, rawSocket, 0);
  return bind(fd, address, address.length) < 0 ? undefined : fd;
};

const mustOpen = (ifname: string): number => {
  const fd = openOn(ifname);
  if (fd === undefined) throw new Error(`there is no interface ${ifname}`);
  return fd;
};

const listen = async (ifname: string): Promise<void> => {
  const fd = mustOpen(ifname);
  const frame = Buffer.alloc(65_536);
  process.stdout.write('ready\n');
  for (;;) {
    const length = recv(fd, frame, frame.length, dontWait);
    if (length > 0) process.stdout.write(`${frame.toString('hex', 0, length)}\n`);
    else await sleep(2);
  }
};

const sendAll = async (ifname: string): Promise<void> => {
  const fd = mustOpen(ifname);
  for await (const line of createInterface({ input: process.stdin })) {
    const frame = Buffer.from(line, 'hex');
    process.stdout.write(send(fd, frame, frame.length, 0) === frame.length ? 'sent\n' : 'refused\n');
  }
};

const flood = async (ifname: string, frames: ReadonlyArray<Buffer>): Promise<void> => {
  process.stdout.write('ready\n');
  let fd: number | undefined;
  let sent = 0;
  for (;;) {
    fd ??= openOn(ifname);
    for (const frame of fd === undefined ? [] : frames)
      if (send(fd as number, frame, frame.length, dontWait) === frame.length && ++sent % 1000 === 0)
        process.stdout.write('sent\n');
    await turn();
  }
};

const [verb, ifname = '', ...frames] = process.argv.slice(2);
if (verb === 'listen') await listen(ifname);
else if (verb === 'send') await sendAll(ifname);
else
  await flood(
    ifname,
    frames.map((frame) => Buffer.from(frame, 'hex')),
  );
