import { type Contract, jsonSchemaOf } from './contract.ts';

/** A part of a CloudFormation template: a registry and its schemas. */
export interface RegistryTemplate {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/**
 * EventBridge's schema registry of a bus: a schema for each contract, under the name that EventBridge itself would give it
 * (`<source>@<detail type>`). It describes the whole event, as rules see it: the contract's own is its detail.
 *
 * @example
 * schemaRegistry(fakemonEvents, { name: 'fakemon-local', description: 'What goes over the bus of the game' }).Resources;
 */
export function schemaRegistry(
  contracts: readonly Contract[],
  { name, description }: { name: string; description: string },
): RegistryTemplate {
  const schemas = contracts.map((contract) => [
    `${logicalName(contract.type)}Schema`,
    {
      Type: 'AWS::EventSchemas::Schema',
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['SchemaRegistry', 'RegistryName'] },
        SchemaName: `${contract.source}@${contract.type}`,
        Type: 'JSONSchemaDraft4',
        Description: contract.description,
        Content: JSON.stringify(busEventSchemaOf(contract)),
      },
    },
  ]);
  return {
    Resources: {
      SchemaRegistry: {
        Type: 'AWS::EventSchemas::Registry',
        Properties: { RegistryName: name, Description: description },
      },
      ...Object.fromEntries(schemas),
    },
  };
}

/** The JSON Schema (draft 4) of a contract's event on a bus, as a rule's target gets it. */
export function busEventSchemaOf(contract: Contract): Record<string, unknown> {
  const { $schema, ...detail } = jsonSchemaOf(contract);
  const text = { type: 'string' };
  const properties = {
    version: text,
    id: text,
    'detail-type': { enum: [contract.type] },
    source: { enum: [contract.source] },
    account: text,
    time: { type: 'string', format: 'date-time' },
    region: text,
    'replay-name': text,
    resources: { type: 'array', items: text },
    detail,
  };
  const { 'replay-name': _optional, ...always } = properties;
  return { $schema, title: contract.type, type: 'object', properties, required: Object.keys(always) };
}

/** `fakemon.capture_attempt` is `FakemonCaptureAttempt`. */
function logicalName(type: string): string {
  return type.replaceAll(/(?:^|[._])([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
