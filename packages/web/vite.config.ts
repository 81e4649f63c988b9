import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The manifest says which files a page needs beside the app's own.
  build: { target: 'es2023', sourcemap: true, manifest: true },
});
