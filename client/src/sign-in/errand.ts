/** What the page /signin is asked to do, in the part of its address that no server sees. */
export interface Errand {
  /** Where to go afterwards; null closes the window. */
  back: string | null;
  /** Without asking, if Microsoft still knows who it was; their user name says who. */
  again: string | null;
}

export function errandUrl({ back, again }: Errand): string {
  const said = new URLSearchParams(back === null ? { window: '' } : { back });
  if (again !== null) said.set('again', again);
  return `/signin#${said}`;
}

/** Only to our own pages: anybody can make a link to this one. */
export function readErrand(hash: URLSearchParams, origin: string): Errand {
  if (hash.has('window')) return { back: null, again: hash.get('again') };
  return { back: ownPath(hash.get('back') ?? '/', origin), again: hash.get('again') };
}

function ownPath(address: string, origin: string): string {
  const url = URL.canParse(address, origin) ? new URL(address, origin) : null;
  return url?.origin === origin ? url.pathname + url.search : '/';
}
