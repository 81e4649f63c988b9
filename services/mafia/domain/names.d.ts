/** esbuild and Jest load `names.txt` as text. */
declare module '*.txt' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the form in which bundlers give a text file.
  export default text;
}
