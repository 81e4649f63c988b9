import { z } from 'zod';
import { inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import type { RestApi } from '../model.ts';
import { type Apis, stableId } from '../registry.ts';
import { badRequest } from './integration.ts';

const restApi = z.strictObject({
  Name: z.string().min(1),
  Description: inert('descriptions are for readers of the template'),
  EndpointConfiguration: inert('the only endpoint is on this machine'),
  MinimumCompressionSize: inert('answers are not compressed on a laptop'),
  ApiKeySourceType: inert('methods that require an API key are refused'),
  /** osls writes an empty one; a policy that says something would have to be enforced. */
  Policy: z.literal('').optional(),
  BinaryMediaTypes: z.array(z.string()).default([]),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  Tags: inert('nothing reads tags on a laptop'),
});
type RestApiProperties = z.output<typeof restApi>;

/** AWS::ApiGateway::RestApi. Its id is the same at each start, so addresses stay. */
export function restApiType(apis: Apis): ResourceType<RestApiProperties> {
  const settings = ({ Name, BinaryMediaTypes }: RestApiProperties) => ({
    name: Name,
    // `/` is written `~1` where a media type stands in a path.
    binaryMediaTypes: BinaryMediaTypes.map((type) => type.replaceAll('~1', '/')),
  });
  const provisioned = ({ id, rootId }: RestApi): Provisioned => ({
    physicalId: id,
    attributes: { RestApiId: id, RootResourceId: rootId },
  });
  return {
    type: 'AWS::ApiGateway::RestApi',
    properties: restApi as z.ZodType<RestApiProperties>,
    async create(properties, context) {
      return provisioned(apis.create(stableId(context), { stackName: context.stackName, ...settings(properties) }));
    },
    async update(current, properties) {
      Object.assign(apis.get(current.physicalId), settings(properties));
      return current;
    },
    async remove(current) {
      apis.remove(current.physicalId);
    },
  };
}

const PATH_PART = /^([a-zA-Z0-9._~:,@!$&'()*=%-]+|\{[a-zA-Z0-9._-]+\+?\})$/;

const resource = z.strictObject({
  RestApiId: z.string(),
  ParentId: z.string(),
  PathPart: z.string().regex(PATH_PART, 'is no path part: letters, digits, a few signs, or {name} or {name+}'),
});
type ResourceProperties = z.output<typeof resource>;

/** AWS::ApiGateway::Resource. */
export function resourceType(apis: Apis): ResourceType<ResourceProperties> {
  return {
    type: 'AWS::ApiGateway::Resource',
    properties: resource,
    replaceOn: ['RestApiId', 'ParentId', 'PathPart'],
    async create({ RestApiId, ParentId, PathPart }, context) {
      const { id: apiId, resources } = apis.get(RestApiId);
      if (!resources.has(ParentId)) throw badRequest(`Invalid Resource identifier specified: ${ParentId}`);
      if (resources.get(ParentId)?.pathPart.endsWith('+}'))
        throw badRequest('Cannot create a child of a resource with a greedy path variable');
      const id = stableId({ ...context, logicalId: `${apiId}/${ParentId}/${PathPart}` }).slice(0, 6);
      const taken = [...resources.values()].find(
        (one) => one.parentId === ParentId && conflicts(one.pathPart, PathPart),
      );
      if (taken && taken.id !== id)
        throw badRequest(`A sibling ({${taken.pathPart}}) of this resource already has a variable path part`);
      resources.set(id, { id, parentId: ParentId, pathPart: PathPart });
      return { physicalId: id, attributes: { ResourceId: id } };
    },
    async update(current) {
      return current;
    },
    async remove(current, { RestApiId }) {
      apis.find(RestApiId)?.resources.delete(current.physicalId);
    },
  };
}

/** Two parts of one name, or two variables in one place. */
function conflicts(one: string, other: string): boolean {
  const isVariable = (part: string) => part.startsWith('{') && !part.endsWith('+}');
  return one === other || (isVariable(one) && isVariable(other));
}
