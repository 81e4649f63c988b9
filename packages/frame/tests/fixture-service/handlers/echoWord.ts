export async function handler(event: { pathParameters: { word: string } }) {
  return { statusCode: 200, body: JSON.stringify({ word: event.pathParameters.word }) };
}
