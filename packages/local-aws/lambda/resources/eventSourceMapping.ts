import { createHash } from 'node:crypto';
import { arnOf } from '../../core/arn.ts';
import { roleEdges } from '../../core/edges.ts';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../../core/resource.ts';
import type { Mapping, Mappings } from '../sources/mappings.ts';
import { type MappingRequest, mappingRequest } from '../sources/request.ts';
import { roleOf } from './versions.ts';

const properties = mappingRequest.extend({ Tags: inert('tags have no behaviour') });
type Properties = MappingRequest & { Tags?: unknown };

/** `AWS::Lambda::EventSourceMapping` */
export function eventSourceMappingType(mappings: Mappings): ResourceType<Properties> {
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    properties,
    replaceOn: ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'],
    async create({ Tags: _inert, ...request }, context) {
      return provisioned(mappings.create({ uuid: uuidOf(context, request), owner: context.stackName, request }));
    },
    async update(current, { Tags: _inert, ...request }, _previous, context) {
      return provisioned(mappings.change({ uuid: current.physicalId, owner: context.stackName, request }));
    },
    remove: async (current) => mappings.remove(current.physicalId),
    edges({ properties: { EventSourceArn, FunctionName, DestinationConfig } }, all) {
      const roleArn = roleOf(FunctionName, all);
      const { readerActions } = mappings.typeOf(EventSourceArn);
      return [
        ...roleEdges(roleArn, [EventSourceArn], readerActions),
        ...roleEdges(roleArn, [DestinationConfig?.OnFailure?.Destination ?? '']),
      ];
    },
  };
}

function provisioned({ uuid }: Mapping): Provisioned {
  return {
    physicalId: uuid,
    attributes: { Id: uuid, EventSourceMappingArn: arnOf('lambda', `event-source-mapping:${uuid}`) },
  };
}

/** The same for the same stack and logical id, so that it lasts over restarts; but another one for a replacement. */
function uuidOf(context: ResourceContext, wanted: MappingRequest): string {
  const { EventSourceArn, StartingPosition, StartingPositionTimestamp } = wanted;
  const identity = [context.generateName(), EventSourceArn, StartingPosition, StartingPositionTimestamp];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
