import type { Edit } from './sourceMutants.ts';
import type { TemplateEdit } from './templateMutants.ts';

/** What is changed while tests run: a file of the service, or its compiled template. */
export type Change = { file: string; edit: Edit } | { template: TemplateEdit };

/** What a worker is asked to do: run these files of tests, in this order, until a test fails. */
export interface Order {
  tests: string[];
  change?: Change;
}

/** What became of it. */
export interface Report {
  /** The test that failed, and what it said. */
  failure?: { test: string; message: string };
  /** For each file of tests that was run: how long it took, and which files of the service it loaded. */
  ran: { test: string; ms: number; loaded: string[] }[];
}
