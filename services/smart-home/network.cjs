// What serverless.yml takes under `functions` and `resources`: the network that the param names, compiled.

/** osls prints the stack of what is thrown, where there is one: whoever mistypes a param or a pattern needs the sentence, and the pattern's line. */
const inOneLine = (error) => {
  // osls's own: among them a question that it answers later, and asks for again.
  if (error.code !== undefined) return error;
  const [place] = /patterns\/\w+\.ts:\d+/.exec(error.stack) ?? [];
  return Object.assign(new Error(place ? `${error.message} (${place})` : error.message), { stack: undefined });
};

const compiled = async (variables) => {
  try {
    return await require('./networks.ts').compiledNetwork(variables);
  } catch (error) {
    throw inOneLine(error);
  }
};

module.exports.functions = async (variables) => (await compiled(variables)).functions;

module.exports.resources = async (variables) => {
  try {
    return (await compiled(variables)).resources;
  } catch (error) {
    // What is wrong is said once, by the functions.
    if (error.code === undefined) return {};
    throw error;
  }
};
