import { either as E } from 'fp-ts';
import { describeAuditFailure } from '../../domain/audit/failure.ts';
import { type RedactProgress, RedactRequest, type Target } from '../../domain/audit/redact-request.ts';
import { violation } from '../../domain/cluster/violation.ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import { isReason, longestReason } from '../../domain/reason.ts';
import type { Agent } from './agent.ts';
import { logFailed } from './operator-routes.ts';
import { type RedactFailure, redact } from './redact.ts';
import type { Route } from './route.ts';

const refused = (status: number, msg: string, details: string): HttpAnswer => ({
  status,
  body: { error: { msg, details } },
});

const noSuchEvent = (target: Target): HttpAnswer => {
  if ('pod' in target)
    return refused(
      409,
      `no event of this log names the pod ${target.pod}`,
      'it is NAMESPACE/NAME; what was redacted before names nobody any more, and what is archived stands in its archive, which you keep yourself',
    );
  const which = 'position' in target ? `at position ${target.position}` : `with the id ${target.id}`;
  return refused(
    409,
    `this log has no event ${which}`,
    'evioctl log and evioctl history name events; what is archived stands in its archive only',
  );
};

const refusal = (failure: RedactFailure): HttpAnswer => {
  switch (failure.type) {
    case 'no-such-event':
      return noSuchEvent(failure.target);
    case 'half-archived':
      return refused(
        409,
        `a part of ${failure.stream} is archived and dropped already`,
        'finish evioctl archive --drop; nothing was changed',
      );
    case 'file-failed':
      return refused(
        409,
        `${failure.path}, which repeats what is to be redacted, cannot be removed: ${failure.reason}`,
        'remove it; the log was not changed',
      );
    case 'nothing-to-redact':
    case 'reason-names-it':
    case 'readers-too-old':
    case 'redaction-refused': {
      const { msg, remedy } = describeAuditFailure(failure);
      return refused(409, msg, remedy);
    }
    case 'conflict':
    case 'duplicate-event-id':
    case 'archived':
    case 'unavailable':
    case 'denied':
    case 'restored':
    case 'rejected':
    case 'too-large':
    case 'unreadable-envelope':
    case 'unknown-event':
    case 'unreadable-payload':
      return logFailed(failure);
  }
};

/** What is wrong with a request that has the right shape. */
const violations = ({ reason, by, dryRun }: RedactRequest) => [
  ...(dryRun || isReason(reason)
    ? []
    : [
        violation(
          'reason',
          reason.slice(0, 40),
          `is not one line of 1 to ${longestReason} characters`,
          'say in a few words who wanted it, as "request 4711"',
        ),
      ]),
  ...(/^[^\p{Cc}\s]{1,64}$/u.test(by)
    ? []
    : [violation('by', by, 'is no user name', 'run evioctl as a user of this machine')]),
];

const redactRoute: Route<Agent> = async (agent, { body }) => {
  const request = RedactRequest.decode(body);
  if (E.isLeft(request))
    return refused(400, 'the request cannot be read', 'use the evioctl of the same version as evio-agent');
  const wrong = violations(request.right);
  if (wrong.length > 0) return { status: 422, body: { error: { violations: wrong } } };
  const ledger = agent.ledger?.status();
  if (ledger !== undefined && ledger.lagEvents !== 0 && !request.right.dryRun)
    return refused(
      409,
      `the ledger at ${ledger.ledger} does not have all events of this node yet, and would refuse one whose payload is not the one that was hashed`,
      'redact when evioctl status says that it has them; its copy keeps what it has',
    );
  const done = await redact(agent, request.right);
  return E.isLeft(done) ? refusal(done.left) : { status: 200, body: done.right };
};

/** Of the redaction that is under way; nothing where none is, or where it is behind its search. */
const progressRoute: Route<Agent> = async ({ redaction: { looked } }) => ({
  status: 200,
  body: (looked === undefined ? {} : { looked }) satisfies RedactProgress,
});

/** What only the log's own writer can do. */
export const redactRoutes: Readonly<Record<string, Route<Agent>>> = {
  'POST /v1/redact': redactRoute,
  'GET /v1/redact': progressRoute,
};
