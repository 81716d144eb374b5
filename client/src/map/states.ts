import type { State } from '../look/tokens.ts';
import type { Mark, Marks } from './types.ts';

export interface Change {
  readonly room: string;
  readonly state: State | null;
}

/** The rooms whose state is not what is drawn; null where nothing is to be drawn any more. */
export function changes(shown: ReadonlyMap<string, State>, marks: Marks): Change[] {
  const changed: Change[] = [];
  for (const [room, { state }] of marks) if (shown.get(room) !== state) changed.push({ room, state });
  for (const room of shown.keys()) if (!marks.has(room)) changed.push({ room, state: null });
  return changed;
}

/** Whether everything that is drawn of the marks is the same. */
export function isSame(a: Marks, b: Marks): boolean {
  const told = ({ state, name, line, short, share }: Mark) => JSON.stringify([state, name, line, short, share]);
  return a.size === b.size && [...a].every(([room, mark]) => told(mark) === told(b.get(room) ?? mark) && b.has(room));
}
