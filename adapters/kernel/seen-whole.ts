import { statSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, NetnsId, PodWiring } from '../../domain/port/kernel.ts';
import type { Inspection } from './inspect.ts';
import { close } from './libc.ts';
import { nothingTouched, readTouched, type Touched } from './touched.ts';

type Whole = { readonly wiring: string; readonly namespace: number };

export type SeenWhole = {
  /** What differs, as `inspectPod` in the kernel port has it. */
  readonly inspect: (wiring: PodWiring) => Promise<E.Either<KernelFailure, ReadonlyArray<string>>>;
  readonly close: () => void;
};

const leadsTo = (path: string, { device, inode }: NetnsId): boolean => {
  try {
    const found = statSync(path);
    return found.dev === device && found.ino === inode;
  } catch {
    // Whoever looks will say what is wrong with it.
    return false;
  }
};

const isTouched = (touched: Touched, hostIfname: string, { namespace }: Whole): boolean =>
  touched.everything || touched.links.has(hostIfname) || touched.namespaces.has(namespace);

const addTo = (sum: Touched, { namespaces, links, everything }: Touched): void => {
  for (const namespace of namespaces) sum.namespaces.add(namespace);
  for (const link of links) sum.links.add(link);
  sum.everything ||= everything;
};

/**
 * A pod that was seen as it should be is so until something in its namespace, or its link on the host, is touched; of that the kernel
 * tells (`touched.ts`). So it is looked at again, through a kernel thread, only then: `ask`. `listen` opens what is heard by, at
 * the first question; where it cannot be, each pod is looked at each time.
 */
export const rememberWhole = (
  listen: () => Promise<E.Either<KernelFailure, number>>,
  ask: (wiring: PodWiring) => Promise<E.Either<KernelFailure, Inspection>>,
): SeenWhole => {
  let hearing: Promise<void> | undefined;
  let fd: number | undefined;
  let closed = false;
  const whole = new Map<string, Whole>();
  /** What was touched since each of the looks that are under way began. */
  const underWay = new Set<Touched>();

  const hear = (): void => {
    if (fd === undefined) return;
    const touched = readTouched(fd);
    for (const other of underWay) addTo(other, touched);
    for (const [hostIfname, pod] of whole) if (isTouched(touched, hostIfname, pod)) whole.delete(hostIfname);
  };
  const begin = async (): Promise<void> => {
    const opened = await listen();
    if (E.isLeft(opened)) return;
    if (closed) close(opened.right);
    else fd = opened.right;
  };
  const look = async (
    wiring: PodWiring,
    text: string,
  ): Promise<E.Either<KernelFailure, ReadonlyArray<string>>> => {
    const touched = nothingTouched();
    underWay.add(touched);
    try {
      const found = await ask(wiring);
      if (E.isLeft(found)) return found;
      const { differences, namespace } = found.right;
      if (fd !== undefined && namespace !== undefined && differences.length === 0) {
        const pod = { wiring: text, namespace };
        if (!isTouched(touched, wiring.hostIfname, pod)) whole.set(wiring.hostIfname, pod);
      }
      return E.right(differences);
    } finally {
      underWay.delete(touched);
    }
  };

  return {
    inspect: async (wiring) => {
      hearing ??= begin();
      await hearing;
      hear();
      const { netnsPath, netnsId, hostIfname } = wiring;
      const text = JSON.stringify(wiring);
      return whole.get(hostIfname)?.wiring === text && leadsTo(netnsPath, netnsId)
        ? E.right([])
        : look(wiring, text);
    },
    close: () => {
      closed = true;
      if (fd !== undefined) close(fd);
      fd = undefined;
      whole.clear();
    },
  };
};
