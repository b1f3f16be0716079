import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { eventually } from './node.ts';

const libc = koffi.load(null);
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, unsigned int size)');
const recv = libc.func('intptr_t recv(int fd, void *bytes, size_t length, int flags)');

/** A unix datagram socket that hears what programs tell systemd; Node has none. */
export type Listener = {
  /** All messages until one has this field, each as its fields. */
  readonly until: (field: string, value?: string) => Promise<ReadonlyArray<Readonly<Record<string, string>>>>;
  readonly close: () => void;
};

const fieldsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** `@NAME` is a name outside of the file system (unix(7)). */
export const listenForDatagrams = (name: string): Listener => {
  const fd: number = socket(1, 2 | 0o2000000, 0);
  const path = Buffer.from(name.startsWith('@') ? `\0${name.slice(1)}` : name);
  const address = Buffer.concat([Buffer.from([1, 0]), path]);
  if (bind(fd, address, address.length) !== 0) throw new Error(`${name} cannot be bound`);
  const heard: Array<Readonly<Record<string, string>>> = [];
  const bytes = Buffer.alloc(4096);
  return {
    until: (field, value) =>
      eventually(`${field}=${value ?? '…'} is told`, async () => {
        for (;;) {
          const length = Number(recv(fd, bytes, bytes.length, 0x40));
          if (length < 0) return undefined;
          const fields = fieldsOf(bytes.toString('utf8', 0, length));
          heard.push(fields);
          if (field in fields && (value === undefined || fields[field] === value)) return heard.splice(0);
        }
      }),
    close: () => closeSync(fd),
  };
};
