import { type CompiledService, compileService as compile } from '../../packages/local-aws/build/service.ts';
import { applyTemplateEdit, type TemplateEdit } from './templateMutants.ts';

let edit: TemplateEdit | undefined;

/** From now on compiled services have this change. */
export function setTemplateEdit(next: TemplateEdit | undefined): void {
  edit = next;
}

/** What the test kit compiles services with while mutants are run. */
export async function compileService(...args: Parameters<typeof compile>): Promise<CompiledService> {
  const compiled = await compile(...args);
  if (!edit) return compiled;
  const template = structuredClone(compiled.template);
  applyTemplateEdit(template, edit);
  return { ...compiled, template };
}
