/** What a service asks the frame for does not fit; the message names the place in serverless.yml. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}
