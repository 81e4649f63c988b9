import type { ServicePorts } from './ports.ts';
import type { Serverless } from './serverlessTypes.ts';

/** How long an idle worker thread is kept, in seconds. */
const KEEP_IDLE_SECONDS = 300;

/** Sets serverless-offline's options, but for those that serverless.yml or the command line give. */
export function setOfflineOptions(serverless: Serverless, ports: ServicePorts): void {
  const custom = serverless.service.custom ?? {};
  serverless.service.custom = custom;
  const given = custom['serverless-offline'];
  custom['serverless-offline'] = {
    host: '127.0.0.1',
    httpPort: ports.http,
    websocketPort: ports.websocket,
    lambdaPort: ports.lambda,
    noPrependStageInUrl: true,
    noSponsor: true,
    terminateIdleLambdaTime: KEEP_IDLE_SECONDS,
    ...(typeof given === 'object' ? given : {}),
  };
}

/** The ports that serverless-offline will take, its own options included. */
export function effectivePorts(serverless: Serverless, ports: ServicePorts): ServicePorts {
  const custom = serverless.service.custom?.['serverless-offline'];
  const options: Record<string, unknown> = {
    ...(typeof custom === 'object' ? custom : {}),
    ...serverless.processedInput.options,
  };
  const port = (name: string, otherwise: number) => Number(options[name] ?? otherwise);
  return {
    http: port('httpPort', ports.http),
    websocket: port('websocketPort', ports.websocket),
    lambda: port('lambdaPort', ports.lambda),
  };
}

/** Takes schedules away from serverless-offline: local-aws invokes by them, as by all other triggers. */
export function leaveSchedulesToLocalAws({ service }: Serverless): void {
  for (const key of service.getAllFunctions()) {
    const definition = service.getFunction(key);
    definition.events = definition.events?.filter((event) => !('schedule' in event));
  }
}

/** Which APIs the service's functions have. */
export function apisOf({ service }: Serverless): { http: boolean; websocket: boolean } {
  const events = service.getAllFunctions().flatMap((key) => service.getFunction(key).events ?? []);
  return {
    http: events.some((event) => 'http' in event || 'httpApi' in event),
    websocket: events.some((event) => 'websocket' in event),
  };
}
