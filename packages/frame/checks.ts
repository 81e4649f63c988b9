/** Checks of compiled templates, for tests: each gives what is wrong, a sentence each. */
export { unusedRoles } from './roles.ts';
export { metricProblems } from './watch/check.ts';
