import ranges from '@fontsource/source-sans-3/unicode.json';
import { font } from '../look/tokens.ts';

type Weight = keyof typeof font.weights;
type Subset = keyof typeof ranges;
interface Face {
  url: string;
  'unicode-range': string[];
}

const FILES = import.meta.glob<string>(
  '../../node_modules/@fontsource/source-sans-3/files/source-sans-3-{latin,latin-ext,greek,cyrillic,vietnamese}-{400,600,700}-normal.woff2',
  { eager: true, query: '?url', import: 'default' },
);
const WEIGHTS = Object.keys(font.weights) as Weight[];
const FAMILY = 'Source Sans 3';

/** The style's `font-faces`: a font name for each weight, drawn from the same files as the page's text. */
export function fontFaces(): Record<Weight, Face[]> {
  return { regular: faces('regular'), semibold: faces('semibold'), bold: faces('bold') };
}

/** Loads what labels are measured with, so that widths are right from the first one on. */
export function loadFonts(): Promise<void> {
  loading ??= load();
  return loading;
}

let loading: Promise<void> | undefined;

async function load(): Promise<void> {
  const wanted = WEIGHTS.flatMap((weight) =>
    faces(weight).map(({ url, 'unicode-range': range }) => {
      return new FontFace(FAMILY, `url("${url}")`, {
        weight: String(font.weights[weight]),
        unicodeRange: range.join(','),
      });
    }),
  );
  for (const face of wanted) document.fonts.add(face);
  await Promise.allSettled([600, 700].map((weight) => document.fonts.load(`${weight} 16px "${FAMILY}"`)));
}

function faces(weight: Weight): Face[] {
  const pattern = new RegExp(`source-sans-3-([a-z-]+)-${font.weights[weight]}-normal`);
  return Object.entries(FILES).flatMap(([path, url]) => {
    const subset = pattern.exec(path)?.[1] as Subset | undefined;
    if (!subset) return [];
    return [{ url: new URL(url, import.meta.url).href, 'unicode-range': ranges[subset].split(',') }];
  });
}
