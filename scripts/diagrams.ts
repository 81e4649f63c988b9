import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileTemplate } from '../packages/local-aws/build/compile.ts';
import { type DrawOptions, draw } from '../packages/networks/draw/index.ts';
import { generatedBlocks } from '../packages/networks/examples/blocks.ts';
import { type Walk, walkThrough } from '../packages/networks/examples/walk.ts';
import {
  type CloudFormationTemplate,
  differences,
  type Network,
  type ReadTemplate,
  readTemplate,
} from '../packages/networks/index.ts';
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

/** What a service that is put together from patterns exports in its `drawings.ts`. */
export interface Drawings {
  /** Its networks, by name. */
  readonly networks: Readonly<Record<string, Network>>;
  /** The one that its template is of. */
  readonly deployed: string;
  /** The patterns, in the order of their colours. */
  readonly themes: readonly string[];
  /** The change that its README walks through. */
  readonly oneLine: Walk;
}

/** The networks that a service is put together from; undefined for one whose template is written by hand. */
export async function drawingsOf({ folder }: Service): Promise<Drawings | undefined> {
  const path = join(folder, 'drawings.ts');
  return existsSync(path) ? ((await import(pathToFileURL(path).href)) as Drawings) : undefined;
}

const flowchart = (mermaid: string): string => `\`\`\`mermaid\n${mermaid}\n\`\`\``;

/** The page with each of these blocks between its markers. */
const withBlocks = (path: string, blocks: Readonly<Record<string, string>>): Expected => ({
  path,
  content: Object.entries(blocks).reduce(
    (page, [name, text]) => withBlock(page, name, text, path),
    readFileSync(path, 'utf8'),
  ),
});

/** A service's network as its README (Mermaid) and a picture should have it: by the name of the picture. */
async function drawn(service: Service, network: Network, { picture, ...options }: DrawOptions & { picture: string }) {
  const { mermaid, svg } = await draw(network, options);
  return { picture: { path: join(service.folder, picture), content: svg }, mermaid: flowchart(mermaid) };
}

/**
 * What a service's README says of one line more. Nothing where whoever walks through it has added the line already: then nothing is left
 * that it would change, and what the page says of it stays.
 */
async function lineDrawings(service: Service, { themes, oneLine }: Drawings, say: (text: string) => void) {
  if (differences(oneLine.before, oneLine.after).length === 0) {
    say(
      `services/${service.name} has the line already that its README walks through: what the page says of it is left as it is`,
    );
    return { pictures: [], blocks: {} };
  }
  const { picture } = await drawn(service, oneLine.after, {
    title: 'With one line more',
    themes,
    picture: 'drawings/oneLine.svg',
  });
  return { pictures: [picture], blocks: walkThrough(service.name, oneLine) };
}

/** The drawings of a service that is put together from patterns, with the patterns' names: a template has no words for its edges. */
async function patternDrawings(service: Service, { networks, deployed, themes }: Drawings) {
  const all = await Promise.all(
    Object.entries(networks).map(async ([name, network]) => {
      const isDeployed = name === deployed;
      const title = isDeployed ? `The network of ${service.name}` : `The network ${name} of ${service.name}`;
      const picture = isDeployed ? 'diagram.svg' : `drawings/${name}.svg`;
      const made = await drawn(service, network, { title, themes, picture });
      const link = `Drawn from its patterns by \`npm run diagrams\`; [as a picture](${picture}).`;
      return {
        picture: made.picture,
        block: [isDeployed ? 'diagram' : `drawing-${name}`, `${made.mermaid}\n\n${link}`],
      };
    }),
  );
  return {
    pictures: all.map(({ picture }) => picture),
    blocks: Object.fromEntries(all.map(({ block }) => block)) as Record<string, string>,
  };
}

/**
 * The drawings of a service: of its compiled template, or of the patterns that the template is compiled from; as its README and
 * its pictures should have them. What is left as it is, is said.
 */
export async function diagramOf(
  service: Service,
  { drawings, say = console.log }: { drawings?: Drawings | undefined; say?: (text: string) => void } = {},
): Promise<Expected[]> {
  const readme = join(service.folder, 'README.md');
  const patterns = drawings ?? (await drawingsOf(service));
  if (patterns) {
    const all = await patternDrawings(service, patterns);
    const line = await lineDrawings(service, patterns, say);
    return [...all.pictures, ...line.pictures, withBlocks(readme, { ...all.blocks, ...line.blocks })];
  }
  const { network } = await networkOf(service);
  const title = `The network of ${service.name}`;
  const { picture, mermaid } = await drawn(service, network, { title, picture: 'diagram.svg' });
  if (!existsSync(readme)) return [picture];
  const block = `${mermaid}\n\nDrawn from the compiled template by \`npm run diagrams\`; [as a picture](diagram.svg).`;
  return [picture, withBlocks(readme, { diagram: block })];
}

/** The README of packages/networks. */
export function networkPages(): Expected[] {
  return [withBlocks(join(ROOT, 'packages/networks/README.md'), generatedBlocks)];
}

/** Those files that are not as they should be. */
export function stale(expected: readonly Expected[]): Expected[] {
  return expected.filter(({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content);
}

if (import.meta.main) {
  const files = networkPages();
  for (const service of findServices()) files.push(...(await diagramOf(service)));
  const changed = stale(files);
  for (const { path, content } of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    console.log(`wrote ${relative(ROOT, path)}`);
  }
  console.log(`${files.length} files, ${changed.length} changed`);
}
