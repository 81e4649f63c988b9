/** What of the Serverless Framework (osls 4) the plugin uses. osls ships no types for its insides. */
export interface Serverless {
  serviceDir: string;
  processedInput: { commands: string[]; options: Record<string, unknown> };
  service: {
    service: string;
    provider: {
      stage: string;
      environment?: Record<string, unknown>;
      compiledCloudFormationTemplate?: Record<string, unknown>;
    };
    custom?: Record<string, unknown>;
    package?: unknown;
    getAllFunctions(): string[];
    getFunction(key: string): FunctionDefinition;
  };
  getProvider(name: 'aws'): { naming: { getStackName(): string; getLambdaLogicalId(key: string): string } };
  pluginManager: PluginManager;
  utils: { writeFileSync(file: string, content: unknown): void };
  classes: { Error: new (message: string, code: string) => Error };
}

/** A function of serverless.yml. */
export interface FunctionDefinition {
  /** Its physical name. */
  name: string;
  handler: string;
  environment?: Record<string, unknown>;
  events?: Record<string, unknown>[];
  package?: unknown;
}

/** A hook as the plugin manager keeps it. */
export interface RegisteredHook {
  pluginName: string;
  hook(): Promise<void> | void;
}

export interface PluginManager {
  plugins: object[];
  hooks: Record<string, RegisteredHook[]>;
  /** Runs another command's lifecycle inside the current one. */
  spawn(command: string): Promise<void>;
}

/** How plugins write: to stderr, and only what the log level lets through. */
export interface Log {
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** serverless-esbuild, as far as it is needed here. */
export interface EsbuildPlugin {
  options: { function?: string };
  workDirPath: string;
  buildDirPath: string;
  buildOptions?: { outputFileExtension?: string };
  buildCache: Record<string, unknown>;
  bundle(): Promise<void>;
  disposeContexts(): Promise<void>;
}

/** The service's serverless-esbuild; undefined when it has none. */
export function esbuildPluginOf({ pluginManager }: Serverless): EsbuildPlugin | undefined {
  return pluginManager.plugins.find(
    (plugin): plugin is EsbuildPlugin => plugin.constructor.name === 'EsbuildServerlessPlugin',
  );
}
