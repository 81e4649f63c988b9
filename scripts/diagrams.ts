import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compileTemplate } from '../packages/local-aws/build/compile.ts';
import { draw } from '../packages/networks/draw/index.ts';
import { generatedBlocks } from '../packages/networks/examples/blocks.ts';
import { type CloudFormationTemplate, type ReadTemplate, readTemplate } from '../packages/networks/index.ts';
import { findServices, ROOT, type Service } from './workspace.ts';

/** The drawing does not depend on it; `dev` is what would be deployed first. */
const STAGE = 'dev';

/** A file as it should be. */
export interface Expected {
  path: string;
  content: string;
}

/** Puts `block` between a page's markers `<!-- name -->` and `<!-- /name -->`. Throws an Error where they are missing. */
export function withBlock(page: string, name: string, block: string, path: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${path} has no place for a drawing: add a line ${start} and a line ${end}`);
  return `${page.slice(0, from + start.length)}\n${block}\n${page.slice(to)}`;
}

/** The network of a service's compiled template. */
export async function networkOf(service: Service): Promise<ReadTemplate> {
  const { template } = await compileTemplate(service.folder, { stage: STAGE });
  return readTemplate(template as unknown as CloudFormationTemplate);
}

/** The drawing of a service's compiled template, as its README (Mermaid) and its diagram.svg should have it. */
export async function diagramOf(service: Service): Promise<Expected[]> {
  const { network } = await networkOf(service);
  const { mermaid, svg } = await draw(network, { title: `The network of ${service.name}` });
  const picture = { path: join(service.folder, 'diagram.svg'), content: svg };
  const readme = join(service.folder, 'README.md');
  if (!existsSync(readme)) return [picture];
  const block = `\`\`\`mermaid\n${mermaid}\n\`\`\`\n\nDrawn from the compiled template by \`npm run diagrams\`; [as a picture](diagram.svg).`;
  return [picture, { path: readme, content: withBlock(readFileSync(readme, 'utf8'), 'diagram', block, readme) }];
}

/** The pages and pictures of packages/networks: its README and its examples. */
export async function networkPages(): Promise<Expected[]> {
  const folder = join(ROOT, 'packages/networks');
  const { pages, pictures } = await generatedBlocks();
  return [
    ...Object.entries(pictures).map(([path, content]) => ({ path: join(folder, path), content })),
    ...Object.entries(pages).map(([name, blocks]) => {
      const path = join(folder, name);
      const filled = Object.entries(blocks).reduce(
        (page, [block, text]) => withBlock(page, block, text, path),
        readFileSync(path, 'utf8'),
      );
      return { path, content: filled };
    }),
  ];
}

/** Those files that are not as they should be. */
export function stale(expected: readonly Expected[]): Expected[] {
  return expected.filter(({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content);
}

if (import.meta.main) {
  const files = await networkPages();
  for (const service of findServices()) files.push(...(await diagramOf(service)));
  const changed = stale(files);
  for (const { path, content } of changed) {
    writeFileSync(path, content);
    console.log(`wrote ${relative(ROOT, path)}`);
  }
  console.log(`${files.length} files, ${changed.length} changed`);
}
