export { createSchemas } from './schemas.ts';
