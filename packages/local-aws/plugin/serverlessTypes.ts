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
  commands: Record<string, { options?: Record<string, unknown> } | undefined>;
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
  buildOptions?: Record<string, unknown>;
}

/** The service's serverless-esbuild; undefined when it has none. */
export function esbuildPluginOf({ pluginManager }: Serverless): EsbuildPlugin | undefined {
  return pluginManager.plugins.find(
    (plugin): plugin is EsbuildPlugin => plugin.constructor.name === 'EsbuildServerlessPlugin',
  );
}

/** Hooks but for those of one plugin. */
export function without(pluginName: string, hooks: readonly RegisteredHook[] = []): RegisteredHook[] {
  return hooks.filter((one) => one.pluginName !== pluginName);
}

/** The params that the command line gives: `--param name=value`. */
export function givenParams({ processedInput }: Serverless): Record<string, string> {
  const given = processedInput.options.param;
  const texts = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}
