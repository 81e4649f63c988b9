import { isMap, isSeq, parseDocument } from 'yaml';

/** The service of which a changed version is deployed. */
export const CHANGED = 'ping-pong';
/** Its changed template, beside its own for as long as the rehearsal lasts. */
export const CHANGED_CONFIG = 'serverless.rehearsal.yml';

export const NEW_ROUTE = '/match/score';
export const NEW_INDEX = 'byServer';
export const GONE_FUNCTION = 'serve';

/**
 * Another version of ping-pong's serverless.yml, as somebody could have written it who works on: the table has a new index, a function a new
 * route, and another function is gone with its route, its role and its alarms. Throws Error when the template is not as it was.
 */
export function changedTemplate(text: string): string {
  // Tags (!Ref) stay what they are; of those that YAML itself does not know it warns, and nothing else.
  const document = parseDocument(text, { logLevel: 'silent' });
  const events = document.getIn(['functions', 'match', 'events']);
  const resources = document.get('resources');
  const isThere = document.hasIn(['functions', GONE_FUNCTION]);
  if (!isSeq(events) || !isSeq(resources) || !isThere || !isMap(document.contents))
    throw new Error(`${CHANGED}'s serverless.yml is not what the rehearsal changes: see scripts/rehearse/changed.ts`);
  document.deleteIn(['functions', GONE_FUNCTION]);
  events.add(document.createNode({ http: `GET ${NEW_ROUTE}` }));
  resources.add(document.createNode(INDEX));
  return document.toString();
}

const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });

const INDEX = {
  Resources: {
    MatchTable: {
      Properties: {
        AttributeDefinitions: [attribute('matchId'), attribute('server')],
        GlobalSecondaryIndexes: [
          {
            IndexName: NEW_INDEX,
            KeySchema: [{ AttributeName: 'server', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    },
  },
};
