/** Shows the event that it got. */
export const echo = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });

/** Answers what the request's body says. */
export const answer = async (event) => JSON.parse(event.body);

/** Is not asked through the proxy: gives the event back, or fails with its `fail`. */
export const mapped = async (event) => {
  if (event.fail) throw new Error(event.fail);
  return event;
};

/** Answers three bytes. */
export const image = async () => ({
  statusCode: 200,
  headers: { 'Content-Type': 'image/png' },
  body: 'AMj/',
  isBase64Encoded: true,
});
