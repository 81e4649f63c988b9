import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseFile } from '@swc/core';
import { readCompose, referencesIn } from '../../packages/local-aws/compose.ts';
import { type CompiledService, compileService } from '../../packages/local-aws/testkit/index.ts';
import { budgetProblems } from '../bundleBudget.ts';
import { mappingProblems } from '../mappingChecks.ts';
import {
  failureProblems,
  handlersIn,
  keyProblems,
  logProblems,
  metricProblems,
  nameProblems,
  roleProblems,
  type Template,
} from '../templateChecks.ts';
import { findServices, ROOT } from '../workspace.ts';

/** Compiling starts osls, which takes seconds on a busy machine. */
const COMPILING_MS = 120_000;

const services = findServices();

const ref = (logicalId: string) => ({ Value: { Ref: logicalId } });
const arn = (logicalId: string) => ({ Value: { 'Fn::GetAtt': [logicalId, 'Arn'] } });
const REST = { ApiId: ref('ApiGatewayRestApi') };
const SOCKETS = { SocketApiId: ref('WebsocketsApi') };

/** Outputs that stacks of others are wired with, by name: none of them goes, or becomes something else. */
const GIVEN_OUT: Readonly<Record<string, object>> = {
  identity: {
    UserPoolClientId: ref('UserPoolClient'),
    IdentityPoolId: ref('IdentityPool'),
    ConfirmsAtOnce: { Value: 'true' },
  },
  'ping-pong': {
    ...REST,
    AnnouncementsTopicArn: ref('AnnouncementsTopic'),
    PingTopicArn: ref('PingTopic'),
    PongTopicArn: ref('PongTopic'),
  },
  mafia: { ...REST, GameEventsTopicArn: ref('GameEvents') },
  fakemon: { ...REST, ...SOCKETS, BusName: ref('Bus') },
  'space-invaders': { ...REST, ...SOCKETS, StatusStreamArn: arn('StatusStream'), TrialsTopicArn: ref('TrialsTopic') },
  'smart-home': { OutcomesTopicArn: ref('OutcomesTopic') },
  'smart-home-world': { ApiId: ref('HttpApi') },
};

/** The names that a module exports as values. */
async function exportsOf(file: string): Promise<string[]> {
  const { body } = await parseFile(file, { syntax: 'typescript', target: 'es2022' });
  return body.flatMap((item) => {
    if (item.type === 'ExportDeclaration') {
      const { declaration } = item;
      if (declaration.type === 'VariableDeclaration') {
        return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.value] : []));
      }
      return declaration.type === 'FunctionDeclaration' ? [declaration.identifier.value] : [];
    }
    if (item.type !== 'ExportNamedDeclaration') return [];
    return item.specifiers.flatMap((specifier) =>
      specifier.type === 'ExportSpecifier' ? [(specifier.exported ?? specifier.orig).value] : [],
    );
  });
}

/** The names of a function's fixtures: `ping.json`, `ping.serve.json`. */
function fixturesOf(folder: string): string[] {
  const fixtures = join(folder, 'fixtures');
  return existsSync(fixtures) ? readdirSync(fixtures).filter((name) => name.endsWith('.json')) : [];
}

/** `ping` of `handlers/ping.handler`: also the function's key in serverless.yml. */
function keyOf(handler: string): string {
  return basename(handler.slice(0, handler.lastIndexOf('.')));
}

for (const service of services) {
  describe(`${service.name}, compiled for the stage 'local' without any param`, () => {
    let compiled: CompiledService;
    let template: Template;

    beforeAll(async () => {
      compiled = await compileService(service.folder, { stage: 'local' });
      template = compiled.template as unknown as Template;
    }, COMPILING_MS);

    it('has a file for each handler, which exports it', async () => {
      const problems: string[] = [];
      for (const [name, handler] of Object.entries(handlersIn(template))) {
        const [path = '', exported = ''] = handler.split('.');
        const file = join(service.folder, `${path}.ts`);
        if (!existsSync(file)) problems.push(`${name}: ${file} does not exist`);
        else if (!(await exportsOf(file)).includes(exported)) problems.push(`${name}: ${file} has no ${exported}`);
      }

      expect(problems).toEqual([]);
    });

    it('calls its functions as their handlers’ files', () => {
      expect(keyProblems(template)).toEqual([]);
    });

    it('names its functions within the limit', () => {
      expect(nameProblems(template)).toEqual([]);
    });

    it('gives each function a role of its own, without wildcards, and has no role that nothing uses', () => {
      expect(roleProblems(template)).toEqual([]);
    });

    it('escapes what a client writes in every request template', () => {
      expect(mappingProblems(template)).toEqual([]);
    });

    it('has alarms and dashboards of metrics that are emitted', () => {
      expect(metricProblems(template)).toEqual([]);
    });

    it('keeps logs for a stated time', () => {
      expect(logProblems(template)).toEqual([]);
    });

    it('keeps its bundles within their budgets', () => {
      const bundles = Object.values(compiled.functions);

      expect(budgetProblems(service.folder, bundles)).toEqual([]);
    });

    it('sends failed asynchronous invocations somewhere', () => {
      expect(failureProblems(template)).toEqual([]);
    });

    it('has a fixture for each function, and none for a function that is not there', () => {
      const keys = Object.values(handlersIn(template)).map(keyOf);
      const covered = fixturesOf(service.folder).map((name) => name.split('.')[0] ?? '');

      expect(keys.filter((key) => !covered.includes(key))).toEqual([]);
      expect(covered.filter((key) => !keys.includes(key))).toEqual([]);
    });

    it('has a test that plays its fixtures, each of them', () => {
      const test = join(service.folder, 'tests/fixtures.integration.test.ts');

      expect(readFileSync(test, 'utf8')).toContain('expect(fixtures.left()).toEqual([])');
    });

    it('gives out what others are wired with, under the names that they know', () => {
      expect(template.Outputs ?? {}).toMatchObject(GIVEN_OUT[service.name] ?? {});
    });

    it('has each output that other services take in serverless-compose.yml', () => {
      const wanted = readCompose(ROOT)
        .flatMap(({ params }) => Object.values(params))
        .flatMap(referencesIn)
        .filter((reference) => reference.service === service.name)
        .map(({ output }) => output);

      const outputs = Object.keys(template.Outputs ?? {});
      expect(wanted.filter((output) => !outputs.includes(output))).toEqual([]);
    });
  });
}

describe('serverless-compose.yml', () => {
  it('names every service, by its folder', () => {
    const composed = readCompose(ROOT).map(({ name, folder }) => ({ name, folder }));

    expect(composed.toSorted((left, right) => left.name.localeCompare(right.name))).toEqual(services);
  });
});
