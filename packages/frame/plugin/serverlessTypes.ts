import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import type { Template } from '../template.ts';

/** What of the Serverless Framework (osls 4) the plugin uses. osls ships no types for its insides. */
export interface Serverless {
  /** serverless.yml with its variables resolved. */
  configurationInput: Record<string, unknown>;
  /** The command line. */
  processedInput: { commands: string[]; options: { param?: string[] } };
  configSchemaHandler: { defineTopLevelProperty(name: string, schema: object): void };
  service: {
    service: string;
    provider: { stage: string; endpointType?: string; compiledCloudFormationTemplate: Template };
    custom?: Record<string, unknown>;
    functions: Record<string, FunctionDefinition>;
  };
  /** The service's folder. */
  serviceDir: string;
  getProvider(name: 'aws'): Provider;
  classes: { Error: new (message: string, code: string) => Error };
}

/** Where a stage is: an account and a region. */
export interface Account {
  /** What a client of the SDK needs: the region, and the credentials that osls was told to take. */
  getAwsSdkV3Config(): Promise<Pick<CloudFormationClientConfig, 'region' | 'credentials'>>;
}

export interface Provider extends Account {
  naming: Naming & { getStackName(): string };
  getStage(): string;
}

/** The names that osls gives. */
export interface Naming {
  getApiGatewayName(): string;
  getRestApiLogicalId(): string;
  getResourceLogicalId(path: string): string;
  getStageLogicalId(): string;
  getMethodLogicalId(resource: string, method: string): string;
  normalizePath(path: string): string;
}

/** A function of serverless.yml. */
export interface FunctionDefinition {
  name?: string;
  events?: Record<string, unknown>[];
}

/** Where a plugin says something. */
export interface Log {
  notice(line: string): void;
}
