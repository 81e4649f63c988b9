import type { Config } from 'jest';

/**
 * Five kinds of test, told apart by the file's ending:
 *   *.test.ts              unit: no network, no AWS
 *   *.integration.test.ts  on local-aws, in process, with the virtual clock
 *   *.system.test.ts       against endpoints only: the laptop's, or a deployed stage's
 *   *.browser.test.ts      pages in Chromium
 *   *.long.test.ts         what takes minutes (kills, restarts): not part of `npm test`
 */
const kinds = ['integration', 'system', 'browser', 'long'] as const;

const shared = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/scripts'],
  testEnvironment: '<rootDir>/scripts/jestEnvironment.cjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx', '.txt'],
  transform: {
    '\\.txt$': '<rootDir>/scripts/jestText.cjs',
    '\\.tsx?$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
      },
    ],
  },
  modulePathIgnorePatterns: ['/\\.(serverless|esbuild|cache|local-aws|bench)/'],
  testPathIgnorePatterns: ['/node_modules/', '/\\.(serverless|esbuild|cache|local-aws|bench)/'],
} satisfies Config;

export default {
  // How long a test may take before it counts as hanging. No verdict is about real time: on a machine that does other things
  // as well, processes take seconds to start.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['**/*.test.ts', '**/*.test.tsx'],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, ...kinds.map((kind) => `\\.${kind}\\.test\\.ts$`)],
    },
    ...kinds.map((kind) => ({
      ...shared,
      displayName: kind,
      testMatch: [`**/*.${kind}.test.ts`],
    })),
  ],
} as Config;
