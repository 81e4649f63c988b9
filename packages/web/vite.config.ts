import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { graphs } from './graphs.ts';

export default defineConfig(({ mode }) => ({
  // `laptop`: the page that `npm start` serves, with a local-aws that has the graph of what runs.
  plugins: [react(), ...(mode === 'laptop' ? [] : [graphs()])],
  // Browsers that know light-dark(): made over for older ones it would not follow the color-scheme of the dark screen within a
  // light page. The manifest says which files a page needs beside the app's own.
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: true,
    manifest: true,
  },
}));
