import { z } from 'zod';
import { inert, type ResourceType } from '../../core/resource.ts';
import { stableId } from '../registry.ts';

const ONLY_KEYS = 'it counts callers with an API key, and methods that require one are refused';

const usagePlan = z.strictObject({
  ApiStages: inert(ONLY_KEYS),
  Quota: inert(ONLY_KEYS),
  Throttle: inert(ONLY_KEYS),
  UsagePlanName: z.string().optional(),
  Description: inert('descriptions are for readers of the template'),
  Tags: inert('nothing reads tags on a laptop'),
});

/** AWS::ApiGateway::UsagePlan: it has no effect on callers without an API key. */
export const usagePlanType: ResourceType<z.output<typeof usagePlan>> = {
  type: 'AWS::ApiGateway::UsagePlan',
  properties: usagePlan,
  async create(_properties, context) {
    const id = stableId(context).slice(0, 6);
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(current) {
    return current;
  },
  async remove() {},
};
