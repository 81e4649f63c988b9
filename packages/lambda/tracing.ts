import { Tracer } from '@aws-lambda-powertools/tracer';

/*
 * A module of its own (`@arcade/lambda/tracing`), because it brings the X-Ray SDK: 200 kB and 20 ms of a cold start.
 * Active tracing in the template (`tracing: { lambda: true }`) needs none of it: Lambda, API Gateway and SNS report their own segments.
 * Import it for subsegments of AWS calls and for annotations to search by.
 */

let tracer: Tracer | undefined;
const theTracer = () => {
  tracer ??= new Tracer();
  return tracer;
};

/** Makes each call of an SDK client a subsegment of the trace. Does nothing outside Lambda. */
export function traced<Client>(client: Client): Client {
  return theTracer().captureAWSv3Client(client);
}

/** Adds an annotation, by which traces can be found. Does nothing outside Lambda. */
export function annotate(name: string, value: string | number | boolean): void {
  theTracer().putAnnotation(name, value);
}
