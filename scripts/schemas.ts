/**
 * Writes down what the contracts of events say now, a JSON Schema for each version (`packages/events/schemas/`). What a version cannot
 * become is refused with the reason, and nothing is written: docs/decisions/contracts.md.
 */
import { ALL_CONTRACTS } from '../packages/events/contracts/all.ts';
import { writeSchemas } from '../packages/events/schemaFiles.ts';

if (import.meta.main) {
  try {
    const files = writeSchemas(ALL_CONTRACTS);
    console.log(files.length === 0 ? 'All schemas are written down as they are.' : `Written: ${files.join(', ')}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
