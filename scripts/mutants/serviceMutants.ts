import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compileService } from '@arcade/local-aws/testkit';
import type { Service } from '../workspace.ts';
import { applyEdit, type Edit, mutantsOf } from './sourceMutants.ts';
import { type TemplateEdit, templateMutantsOf } from './templateMutants.ts';
import type { Change } from './workerMessages.ts';

/** What is mutated: code that decides and stores, and what is deployed. */
export type Part = 'domain' | 'storage' | 'template';
export const PARTS: readonly Part[] = ['domain', 'storage', 'template'];

/** A mutant, as it is reported and allowed to live. */
export interface Mutant {
  part: Part;
  /** A file of the service, or a resource of its template. */
  where: string;
  /** The lines as they are. */
  was: string;
  /** The same lines with the change. */
  becomes: string;
  change: Change;
}

/** All mutants of a service, in the order of its code. */
export async function mutantsOfService(service: Service, parts: readonly Part[]): Promise<Mutant[]> {
  const ofCode = parts.flatMap((part) => (part === 'template' ? [] : mutantsOfFolder(service, part)));
  return parts.includes('template') ? [...ofCode, ...(await mutantsOfTemplate(service))] : ofCode;
}

function mutantsOfFolder({ folder }: Service, part: 'domain' | 'storage'): Mutant[] {
  return globSync(`${part}/**/*.ts`, { cwd: folder })
    .filter((file) => !file.endsWith('.d.ts'))
    .sort()
    .flatMap((file) => {
      const path = join(folder, file);
      const source = readFileSync(path, 'utf8');
      return mutantsOf(source).map((edit) => ({
        part,
        where: file,
        ...linesOf(source, edit),
        change: { file: path, edit },
      }));
    });
}

/** The lines that an edit touches, before and after, each as one line. */
function linesOf(source: string, edit: Edit): { was: string; becomes: string } {
  const bytes = Buffer.from(source);
  const from = bytes.lastIndexOf('\n', edit.start - 1) + 1;
  const end = bytes.indexOf('\n', edit.end);
  const to = end < 0 ? bytes.length : end;
  const was = bytes.toString('utf8', from, to);
  const becomes = applyEdit(was, { start: edit.start - from, end: edit.end - from, text: edit.text });
  const asOne = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return { was: asOne(was), becomes: asOne(becomes) };
}

async function mutantsOfTemplate({ folder }: Service): Promise<Mutant[]> {
  const { template } = await compileService(folder);
  return templateMutantsOf(template as { Resources: object }).map((edit) => ({
    part: 'template',
    where: edit.path.slice(1, 2).join(),
    was: `${edit.path.slice(2).join('.')}: ${textAt(template, edit)}`,
    becomes: edit.value === undefined ? 'left out' : JSON.stringify(edit.value),
    change: { template: edit },
  }));
}

function textAt(template: object, { path }: TemplateEdit): string {
  // biome-ignore lint/suspicious/noExplicitAny: a path leads through a template of any shape.
  return JSON.stringify(path.reduce((at: any, key) => at[key], template as any));
}

/** A file of tests, as it is without a mutant. */
export interface TestFile {
  path: string;
  ms: number;
  /** Files of the service that it loads. */
  loaded: ReadonlySet<string>;
}

/**
 * The service's files of tests that kill mutants of these parts: unit tests for code, and those on local-aws that have the name of
 * its file or folder; for templates all on local-aws. But for those with random faults: they play thousands of strokes for what others see in one.
 */
export function testFilesOf({ folder }: Service, parts: readonly Part[]): string[] {
  const code = globSync(
    parts.flatMap((part) => (part === 'template' ? [] : `${part}/**/*.ts`)),
    { cwd: folder },
  ).flatMap(namesOf);
  return globSync('tests/**/*.test.ts', { cwd: folder })
    .filter((file) => !/\.(system|browser|long)\.test\.ts$/.test(file) && !basename(file).startsWith('faults.'))
    .filter((file) => {
      if (!isOnLocalAws(file)) return parts.some((part) => part !== 'template');
      return parts.includes('template') || code.includes(nameOf(file));
    })
    .map((file) => join(folder, file));
}

/** The tests that compare a service's template with what is written down of it (grants.txt), and carry out nothing. */
export const comparesTemplate = ({ path }: TestFile) => basename(path) === 'template.integration.test.ts';

/**
 * Whether a mutant of a template changes what nothing on local-aws behaves by: what may write logs and traces, which functions
 * write without being asked, and who may read the bucket that deployments are put in.
 */
export const isBeyondBehaviour = ({ where, was }: Mutant) =>
  where === 'ServerlessDeploymentBucketPolicy' || /"(logs|xray):|:logs:/.test(was);

const isOnLocalAws = (file: string) => file.endsWith('.integration.test.ts');
const nameOf = (testFile: string) => basename(testFile).split('.')[0] ?? '';
/** What a test about a file is named after: the file, or its folder (`storage.seen.integration.test.ts`). */
const namesOf = (file: string) => [basename(file, '.ts'), basename(dirname(file))];

/**
 * The tests that are to kill a mutant, the fastest first. Functions are deployed as bundles of the code as it is: of the tests
 * on local-aws only those that are named after a changed file are about it.
 */
export function testsFor({ change }: Mutant, tests: readonly TestFile[]): TestFile[] {
  const relevant = tests.filter(({ path, loaded }) => {
    if ('template' in change) return isOnLocalAws(path);
    return loaded.has(change.file) && (!isOnLocalAws(path) || namesOf(change.file).includes(nameOf(path)));
  });
  return relevant.sort((one, other) => one.ms - other.ms);
}
