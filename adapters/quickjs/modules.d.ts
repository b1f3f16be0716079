/** What of the runtime's own modules the compiled plugin uses (package @suchipi/quickjs, build/dts). */

declare module 'quickjs:os' {
  /** Throws an `Error` with `errno`, as all that deals in paths. */
  export function open(path: string, flags: number, mode?: number): number;
  /** Follows symbolic links. */
  export function stat(path: string): { readonly dev: number; readonly ino: number; readonly mode: number };
  export function readdir(path: string): Array<string>;
  export function rename(from: string, to: string): void;
  export function remove(path: string): void;
  /** Bytes read, 0 at the end. Throws an `Error` with `errno`. */
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  /** Bytes written. Throws an `Error` with `errno`. */
  export function write(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function close(fd: number): void;
  /** Calls `handler` in each turn of the event loop in which `fd` is readable, at its end, or broken. */
  export function setReadHandler(fd: number, handler: (() => void) | null): void;
  export function setWriteHandler(fd: number, handler: (() => void) | null): void;
  /** `undefined`: the signal is ignored; `null`: what the kernel does with it by default. */
  export function signal(signal: number, handler: (() => void) | null | undefined): void;
  export function kill(pid: number, signal: number): void;
  /** The process that ended, or 0 when none has yet (with WNOHANG), and how (wait(2)). */
  export function waitpid(pid: number, options: number): [number, number];
  export const WNOHANG: number;
  export const S_IFMT: number;
  export const S_IFREG: number;
  export const O_RDONLY: number;
  export const O_WRONLY: number;
  export const O_CREAT: number;
  export const O_EXCL: number;
  export const SIGINT: number;
  export const SIGPIPE: number;
  export const SIGTERM: number;
}

declare module 'quickjs:std' {
  export function getenviron(): Record<string, string>;
}

declare module 'quickjs:cmdline' {
  export function exit(code: number): never;
  /** argv(3) of the process, its own name the first. */
  export function getScriptArgs(): ReadonlyArray<string>;
}

declare module 'quickjs:encoding' {
  export const TextDecoder: typeof globalThis.TextDecoder;
  export const TextEncoder: typeof globalThis.TextEncoder;
}

/** runtime.c in this folder. */
declare module 'evio:runtime' {
  /** A connected stream socket that does not block, or the negated errno (unix(7), connect(2)). */
  export function connect(path: string): number;
  /** 0 with the shared lock on an open file or folder, not waited for; or the negated errno (flock(2)). */
  export function lockShared(fd: number): number;
  /** 0 when what was written to the file, or the folder's names, are on disk; or the negated errno (fsync(2)). */
  export function fsync(fd: number): number;
  /**
   * The process id of the program at this path, and our ends of its stdin and stdout, which do not block; or the negated errno
   * (posix_spawn(3)). `environment`: all it gets, as "KEY=VALUE".
   */
  export function spawn(
    path: string,
    environment: ReadonlyArray<string>,
  ): readonly [process: number, stdin: number, stdout: number] | number;
  /** What `services/cni-plugin/via-delegate.ts` exports; read and run now, each time (services/cni-plugin/build.ts). */
  export function loadDelegation(): unknown;
  /** What run-delegate.ts exports, likewise. */
  export function loadRunDelegate(): unknown;
}
