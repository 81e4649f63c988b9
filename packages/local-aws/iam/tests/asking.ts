import type { Principal } from '../../core/principal.ts';
import type { PolicyDocument, PolicyStatement } from '../../core/service.ts';
import { compilePolicy } from '../compile.ts';
import { type Decision, evaluate } from '../evaluate.ts';
import { requestKeys } from '../requestKeys.ts';

/** A function's role in a session. */
export const PONG: Principal = {
  kind: 'role',
  arn: 'arn:aws:sts::000000000000:assumed-role/pong/pong',
  roleArn: 'arn:aws:iam::000000000000:role/pong',
  sessionName: 'pong',
};

export const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:rallies';

/** The date of all requests in these tests. */
export const NOW_MS = Date.parse('2030-06-15T12:00:00Z');

export const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** Asks the evaluation one question; the defaults are a function's role that publishes to a topic. */
export function ask(question: {
  identity?: PolicyDocument[];
  resource?: PolicyDocument[];
  principal?: Principal;
  action?: string;
  on?: string;
  conditions?: Record<string, string | string[]>;
  /** The resource's own policy decides, as with keys. */
  resourceDecides?: boolean;
}): Decision {
  const { identity = [], resource = [], principal = PONG, action = 'sns:Publish', on = TOPIC, conditions } = question;
  const permission = { action, resource: on, ...(conditions && { conditions }) };
  return evaluate(
    { principal, action, resource: on, keys: requestKeys(principal, permission, NOW_MS) },
    identity.flatMap(compilePolicy),
    resource.flatMap(compilePolicy),
    question.resourceDecides,
  );
}
