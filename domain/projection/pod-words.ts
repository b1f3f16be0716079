import type { Pod } from '../host/events.ts';

/** The pod of an attachment, as far as its log still says. */
export type PodOf = {
  readonly pod?: Pod;
  /** It had one, whose name was redacted. */
  readonly podRedacted?: true;
};

/** `namespace/name`, or `(redacted)`; `otherwise` where there never was a name. */
export const podWords = ({ pod, podRedacted }: PodOf, otherwise: string): string => {
  if (pod !== undefined) return `${pod.namespace}/${pod.name}`;
  return podRedacted === true ? '(redacted)' : otherwise;
};
