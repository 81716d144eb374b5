import { BOX, coverDisc, type Disc, mapDisc, type Shape, sign } from '../look/glyphs.ts';
import { glyphs, look, type State, type Theme } from '../look/tokens.ts';

export interface MapImage {
  readonly image: ImageData;
  readonly pixelRatio: number;
}

type IconName = keyof typeof glyphs.icon;

/** Draws what the style asks for by name: `disc:free`, `disc:part:4:12` (twelfths), `cover:free`, `icon:stairs`, `hatch`. */
export function drawImage(id: string, theme: Theme): MapImage | null {
  const [kind, name = '', ...share] = id.split(':');
  if (kind === 'hatch') return hatch(theme);
  if (kind === 'disc') return disc(mapDisc(theme, name as State), name as State, share.map(Number));
  if (kind === 'cover') return disc(coverDisc(theme, name as State), name as State, []);
  if (kind === 'icon' && name in glyphs.icon) return icon(theme, name as IconName);
  return null;
}

function disc(colours: Disc, state: State, [from = 0, to = 12]: number[]): MapImage {
  return draw(BOX, sharpness(), (context) => {
    context.fillStyle = colours.fill;
    context.arc(BOX / 2, BOX / 2, glyphs.disc_radius, 0, 2 * Math.PI);
    context.fill();
    paint(context, sign(state, [from / 12, to / 12]), colours.sign);
  });
}

function icon(theme: Theme, name: IconName): MapImage {
  return draw(BOX, sharpness(), (context) => paint(context, glyphs.icon[name], look(theme).map.icon));
}

function hatch(theme: Theme): MapImage {
  const { tile_px: side, line_px: width } = glyphs.hatch;
  return draw(side, Math.round(side * devicePixelRatio) / side, (context) => {
    context.strokeStyle = look(theme).state.unknown.hatch;
    context.lineWidth = width;
    context.stroke(
      new Path2D(`M-1 1L1 -1M-1 ${side + 1}L${side + 1} -1M${side - 1} ${side + 1}L${side + 1} ${side - 1}`),
    );
  });
}

/** Discs and icons are drawn at up to 1.3 times their box, and a little finer than that. */
function sharpness(): number {
  return Math.ceil(devicePixelRatio * 1.5);
}

function draw(side: number, pixelRatio: number, drawing: (context: CanvasRenderingContext2D) => void): MapImage {
  const pixels = Math.round(side * pixelRatio);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = pixels;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  context.scale(pixelRatio, pixelRatio);
  drawing(context);
  return { image: context.getImageData(0, 0, pixels, pixels), pixelRatio };
}

function paint(context: CanvasRenderingContext2D, shapes: readonly Shape[], colour: string): void {
  context.strokeStyle = context.fillStyle = colour;
  context.lineCap = context.lineJoin = 'round';
  for (const { d, stroke } of shapes) {
    if (stroke === undefined) {
      context.fill(new Path2D(d));
    } else {
      context.lineWidth = stroke;
      context.stroke(new Path2D(d));
    }
  }
}
