const { toJSONSchema } = require('zod/mini');
const { statusBody } = require('./schemas.ts');

/** What a body of POST /updatestatus must be, for API Gateway: draft 4. */
module.exports = toJSONSchema(statusBody, { target: 'draft-4' });
