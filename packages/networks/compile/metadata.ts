import { sortedEntries } from '../core/json.ts';
import { shortName } from '../core/logicalIds.ts';
import { pascal } from '../core/names.ts';
import type { Edge, Node, Supplied } from '../core/network.ts';
import type { HttpSettings } from '../core/settings.ts';
import { listOfWords } from '../core/words.ts';
import { type Context, logicalId } from './context.ts';
import type { Compiled } from './types.ts';

/** The rules of a clock are numbered among those of their function. */
const scheduleId = (context: Context, edge: Edge): string => {
  const clocks = (context.into.get(edge.to) ?? []).filter(({ type }) => type === 'schedule triggers function');
  return `${pascal(edge.to)}EventsRuleSchedule${clocks.indexOf(edge) + 1}`;
};

/** Where the template has a node: of gateways, clocks and skills the logical ids are Serverless's. */
const idsOf = (context: Context, node: Supplied): readonly string[] => {
  const triggers = (context.outOf.get(node.name) ?? []).filter(({ type }) => type.endsWith(' triggers function'));
  switch (node.kind) {
    case 'function':
      return [];
    case 'http':
      return [(node.settings as HttpSettings).style === 'rest' ? 'ApiGatewayRestApi' : 'HttpApi'];
    case 'websocket':
      return ['WebsocketsApi'];
    case 'skill':
      return triggers.map(({ to }) => `${pascal(to)}LambdaPermissionAlexaSmartHome1`);
    case 'schedule':
      // Of one that triggers several functions each rule is read as a clock of its own.
      return triggers.length === 1 ? triggers.map((edge) => scheduleId(context, edge)) : [];
    default:
      return [logicalId(node)];
  }
};

/** The names of nodes that nobody could tell from the template. */
const namesOf = (context: Context): Record<string, string> => {
  const nodes = Object.values(context.network.nodes).filter((node): node is Supplied => node.kind !== 'open');
  const named = nodes.flatMap((node) =>
    idsOf(context, node)
      .filter((id) => node.kind === 'skill' || shortName(id, node.kind) !== node.name)
      .map((id): [string, string] => [id, node.name]),
  );
  return Object.fromEntries(named.sort());
};

/** The nodes of each theme. */
const themesOf = (nodes: readonly Node[]): Record<string, string[]> => {
  const themes: Record<string, string[]> = {};
  for (const { name, settings } of nodes) {
    for (const theme of listOfWords(settings.theme)) themes[theme] = [...(themes[theme] ?? []), name];
  }
  return Object.fromEntries(sortedEntries(themes));
};

/**
 * What a reader of the template could not tell from its resources: what nodes are called, and which belong together.
 * CloudFormation keeps metadata and does nothing with it.
 */
export const metadataOf = (context: Context): Pick<Compiled['resources'], 'Metadata'> => {
  const [names, themes] = [namesOf(context), themesOf(Object.values(context.network.nodes))];
  const [hasNames, hasThemes] = [names, themes].map((each) => Object.keys(each).length > 0);
  if (!hasNames && !hasThemes) return {};
  return { Metadata: { ...(hasNames ? { Names: names } : {}), ...(hasThemes ? { Themes: themes } : {}) } };
};
