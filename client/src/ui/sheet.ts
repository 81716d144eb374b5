export const RESTS = ['peek', 'half', 'full'] as const;
export type Rest = (typeof RESTS)[number];

/** The next rest up (1) or down (-1); the outermost stay. */
export function nextRest(rest: Rest, step: 1 | -1): Rest {
  return RESTS[RESTS.indexOf(rest) + step] ?? rest;
}

/** Where a sheet that was let go at `height` of `whole` comes to rest. */
export function restAt(height: number, whole: number): Rest {
  const share = height / whole;
  if (share < 0.35) return 'peek';
  return share < 0.75 ? 'half' : 'full';
}

/** Lets a finger pull `sheet` by its handle; tells where it comes to rest. */
export class SheetDrag {
  #from: { y: number; height: number } | null = null;

  constructor(private readonly rested: (rest: Rest) => void) {}

  begin(event: PointerEvent, sheet: HTMLElement): void {
    if (event.target instanceof Element && event.target.closest('button')) return;
    this.#from = { y: event.clientY, height: sheet.offsetHeight };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    sheet.classList.add('pulled');
  }

  move(event: PointerEvent, sheet: HTMLElement): void {
    if (!this.#from) return;
    sheet.style.height = `${this.#from.height + this.#from.y - event.clientY}px`;
  }

  end(sheet: HTMLElement): void {
    if (!this.#from) return;
    this.#from = null;
    const rest = restAt(sheet.offsetHeight, sheet.offsetParent?.clientHeight ?? innerHeight);
    sheet.classList.remove('pulled');
    sheet.style.removeProperty('height');
    this.rested(rest);
  }
}
