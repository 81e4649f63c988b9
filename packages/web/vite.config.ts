import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Browsers that know light-dark(): made over for older ones it would not follow the color-scheme of the dark screen within a
  // light page. The manifest says which files a page needs beside the app's own.
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: true,
    manifest: true,
  },
});
