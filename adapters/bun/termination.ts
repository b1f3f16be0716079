/** Aborts on SIGTERM or SIGINT, with the signal's name as its reason. From then on the process no longer dies of them. */
export const termination = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => controller.abort(signal));
  return controller.signal;
};
