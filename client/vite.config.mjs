import { defineConfig } from 'vite';

// `npm run dev` shows the page with live reload; a ledig on LEDIG_URL answers its API calls.
const server = process.env.LEDIG_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: './',
  build: {
    outDir: '../src/ledig/static',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0, // fonts and icons stay files: the page's CSP knows no data: fonts
    chunkSizeWarningLimit: 1200, // MapLibre is one chunk, loaded after the list
    rolldownOptions: { input: ['index.html', 'signin.html'] },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': server } },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
