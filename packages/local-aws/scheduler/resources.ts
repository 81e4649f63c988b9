import { z } from 'zod';
import { roleEdges } from '../core/edges.ts';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import { type Definition, nameSchema, scheduleProperties } from './definition.ts';
import { groupArn, type Schedule, type Schedules, scheduleArn } from './schedules.ts';
import type { Scheduling } from './scheduling.ts';

type Properties = z.output<typeof scheduleProperties>;

/** `AWS::Scheduler::Schedule`. How far it has come, and what was changed of it by hand, outlives a restart. */
export function scheduleType(schedules: Schedules, scheduling: Scheduling): ResourceType<Properties> {
  const definitionOf = (wanted: Properties, context: ResourceContext): Definition => ({
    ...wanted,
    Name: wanted.Name ?? context.generateName({ maxLength: 64 }),
  });
  const provisioned = (definition: Definition): Provisioned => ({
    physicalId: definition.Name,
    attributes: { Arn: scheduleArn(definition) },
  });

  return {
    type: 'AWS::Scheduler::Schedule',
    properties: scheduleProperties,
    replaceOn: ['Name', 'GroupName'],
    async create(wanted, context) {
      const definition = definitionOf(wanted, context);
      scheduling.create(context.stackName, definition);
      return provisioned(definition);
    },
    async adopt(wanted, context) {
      const kept = schedules.adopt(context.stackName, definitionOf(wanted, context));
      if (!kept) return undefined;
      scheduling.adopt(kept);
      return provisioned(kept.definition);
    },
    async update(current, wanted, _previous, context) {
      const definition = { ...wanted, Name: current.physicalId };
      const before = schedules.get(`${definition.GroupName}/${definition.Name}`);
      if (before) scheduling.change(withoutEnd(before), definition);
      else scheduling.create(context.stackName, definition);
      return provisioned(definition);
    },
    async remove(current, { GroupName }) {
      const found = schedules.get(`${GroupName}/${current.physicalId}`);
      if (found) scheduling.remove(found);
    },
    edges: ({ properties: { Target } }) => roleEdges(Target.RoleArn, [Target.Arn, Target.DeadLetterConfig?.Arn ?? '']),
  };
}

const withoutEnd = ({ isOver: _over, ...schedule }: Schedule): Schedule => schedule;

const groupProperties = z.strictObject({ Name: nameSchema.optional(), Tags: inert('tags have no behaviour') });

/** `AWS::Scheduler::ScheduleGroup`. With a group go the schedules that were made in it over the wire. */
export function scheduleGroupType(
  schedules: Schedules,
  scheduling: Scheduling,
): ResourceType<z.output<typeof groupProperties>> {
  const nameOf = ({ Name }: { Name?: string | undefined }, context: ResourceContext) =>
    Name ?? context.generateName({ maxLength: 64 });
  const provisioned = (name: string): Provisioned => ({ physicalId: name, attributes: { Arn: groupArn(name) } });
  return {
    type: 'AWS::Scheduler::ScheduleGroup',
    properties: groupProperties,
    replaceOn: ['Name'],
    async create(wanted, context) {
      const name = nameOf(wanted, context);
      schedules.putGroup(context.stackName, name);
      return provisioned(name);
    },
    async adopt(wanted, context) {
      const name = nameOf(wanted, context);
      return schedules.adoptGroup(context.stackName, name) && provisioned(name);
    },
    update: async (current) => current,
    async remove({ physicalId }) {
      for (const schedule of schedules.list())
        if (schedule.definition.GroupName === physicalId) scheduling.remove(schedule);
      schedules.removeGroup(physicalId);
    },
  };
}
