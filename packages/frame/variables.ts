import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, type Settings } from '@arcade/lambda/env';
import { FrameError } from './errors.ts';
import { isObject, ofType, type Template } from './template.ts';

/** What the variables of a service's functions may be: what its `settings.ts` exports as `settings`. Undefined in a service that has none. */
export async function settingsOf(folder: string): Promise<Settings | undefined> {
  const file = join(folder, 'settings.ts');
  if (!existsSync(file)) return undefined;
  const { settings } = (await import(pathToFileURL(file).href)) as { settings?: Settings };
  return settings;
}

/**
 * Checks the functions' variables as the functions do when they start: a wrong param is refused before anything is
 * deployed, each by itself and with the others of its function. What CloudFormation fills in is not known here. Throws FrameError
 * that names every wrong variable with its value.
 */
export function checkVariables(template: Template, settings: Settings): void {
  const problems = new Set<string>();
  for (const [, { Properties = {} }] of ofType(template, 'AWS::Lambda::Function')) {
    const { Variables } = isObject(Properties.Environment) ? Properties.Environment : {};
    const literals = Object.entries(isObject(Variables) ? Variables : {}).flatMap(([name, value]) =>
      isObject(value) ? [] : [[name, String(value)] as const],
    );
    const read = environment(settings, Object.fromEntries(literals));
    for (const [name] of literals) {
      try {
        void read[name];
      } catch (error) {
        problems.add((error as Error).message);
      }
    }
  }
  if (problems.size > 0)
    throw new FrameError(`${[...problems].join('; ')} (settings.ts; set by a param in serverless.yml)`);
}
