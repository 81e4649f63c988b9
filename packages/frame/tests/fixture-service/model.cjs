const { z } = require('zod');

const times = z.strictObject({ times: z.int().check(z.gte(1), z.lte(9)) });

module.exports = z.toJSONSchema(times, { target: 'draft-4' });
