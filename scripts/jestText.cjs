/** Loads a text file as esbuild's `text` loader does: its default export is the text. */
module.exports = {
  process: (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
