let asked = 0;

/** Shows what it was asked; of what is missing, how often. */
export const tell = async (event) => {
  if (event.rawPath === '/missing') {
    asked += 1;
    const headers = { 'content-type': 'application/problem+json' };
    return { statusCode: 404, headers, body: JSON.stringify({ status: 404, asked }) };
  }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};
