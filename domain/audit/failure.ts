import type { RedactionRefused } from '../port/payload-redactor.ts';

/** Why a redaction is refused; nothing was changed. */
export type AuditFailure =
  /** The event names nobody. */
  | { readonly type: 'nothing-to-redact'; readonly position: number; readonly event: string }
  /** The reason stays for ever, and says what is to be forgotten. */
  | { readonly type: 'reason-names-it'; readonly position: number }
  /** Older programs read this log, and would take what is left for a payload that was altered. */
  | { readonly type: 'readers-too-old'; readonly minReader: number; readonly needed: number };

type Words = { readonly msg: string; readonly remedy: string };

/** The one place where such a failure becomes words. */
export const describeAuditFailure = (failure: AuditFailure | RedactionRefused): Words => {
  switch (failure.type) {
    case 'nothing-to-redact':
      return {
        msg: `the ${failure.event} at position ${failure.position} names no pod: there is nothing to redact`,
        remedy: 'name the PodAdded of the pod, or all of its events with --pod NAMESPACE/NAME',
      };
    case 'reason-names-it':
      return {
        msg: `the reason names the pod of position ${failure.position}, and stays in the log for ever`,
        remedy: 'write it without the name, as "request 4711"',
      };
    case 'readers-too-old':
      return {
        msg: `minReader ${failure.minReader} of the cluster says that programs before generation ${failure.needed} read its logs, and they would take a redacted payload for an altered one`,
        remedy: `once every node runs a newer program: evioctl configure … --min-reader ${failure.needed}`,
      };
    case 'redaction-refused':
      return {
        msg: `the payload at position ${failure.position} cannot be redacted: ${refusals[failure.cause]}`,
        remedy: 'evioctl verify tells whether the log is sound; nothing was changed',
      };
  }
};

const refusals: Readonly<Record<RedactionRefused['cause'], string>> = {
  'unreadable-record': 'the event that is to record it cannot be read',
  'another-event': 'another event stands there than the one that is to be redacted',
  'payload-altered': 'it is not the one that was written',
  'not-what-remains': 'what is to be left is not the payload without the keys that are named',
  'not-what-is-recorded': 'what is to be left has another hash than the one that is recorded',
};
