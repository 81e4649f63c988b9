import { describe, expect, it } from '@jest/globals';
import { contentProblem } from '../content.ts';

const api = { openapi: '3.0.0', info: { title: 'Ball', version: '1' }, paths: {} };

describe('the content of a schema', () => {
  it.each([
    ['JSONSchemaDraft4', { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' }],
    ['JSONSchemaDraft4', { type: 'object', properties: { a: { enum: ['x'] } }, required: ['a'] }],
    ['OpenApi3', api],
    ['OpenApi3', { ...api, components: { schemas: { Ball: { type: 'object' } } } }],
  ] as const)('is taken as %s: %j', (type, content) => {
    expect(contentProblem(type, JSON.stringify(content))).toBeUndefined();
  });

  it.each([
    ['JSONSchemaDraft4', '{', 'it is no JSON'],
    ['JSONSchemaDraft4', '[]', 'it is no JSON object'],
    ['JSONSchemaDraft4', '{"type":"thing"}', '/type'],
    ['JSONSchemaDraft4', '{"required":[]}', '/required must NOT have fewer than 1 items'],
    ['JSONSchemaDraft4', '{"exclusiveMinimum":0}', 'the schema must have property minimum'],
    ['JSONSchemaDraft4', '{"$schema":"https://json-schema.org/draft/2020-12/schema"}', 'its $schema is "https://json-'],
    ['OpenApi3', '{"type":"object"}', 'openapi: '],
    ['OpenApi3', JSON.stringify({ ...api, openapi: '3.1.0' }), 'openapi: must be a version of OpenAPI 3.0'],
    ['OpenApi3', JSON.stringify({ ...api, info: {} }), 'info.title: '],
    ['OpenApi3', JSON.stringify({ ...api, components: { schemas: { Ball: 1 } } }), 'components.schemas.Ball: '],
  ] as const)('is refused as %s: %s', (type, content, problem) => {
    expect(contentProblem(type, content)).toContain(problem);
  });
});
