import '@fontsource/source-sans-3/400.css';
import '@fontsource/source-sans-3/600.css';
import '@fontsource/source-sans-3/700.css';
import './page.css';

if (!('Temporal' in globalThis)) await import('temporal-polyfill/global');
await import('./ui/ledig-app.ts');
