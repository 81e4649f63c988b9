const { toJSONSchema } = require('zod/mini');
const { captureBody } = require('./schemas.ts');

/** What a body of POST /captures must be, for API Gateway: draft 4. */
module.exports = toJSONSchema(captureBody, { target: 'draft-4' });
