/** What counts of a value in a state: the text that is compared and shown, or null for what changes all the time and says nothing. */
export type Counts = (path: string, text: string) => string | null;

/** Fields by which the elements of a list are told apart, whatever their order. */
const naming = ['id', 'state_name', 'name', 'sid'] as const;
/** Changes that a line names, and the longest text of a value in it, characters. */
const mostChanges = 60;
const mostCharacters = 200;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The field that names every element of a list by another text; null where there is none. */
function namingFieldOf(list: readonly unknown[]): (typeof naming)[number] | null {
  const records = list.filter(isRecord);
  if (records.length !== list.length || list.length === 0) return null;
  return naming.find((field) => new Set(records.map((record) => record[field])).size === list.length && records.every((record) => typeof record[field] === 'string')) ?? null;
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value)) {
    const field = namingFieldOf(value);
    if (field === null && !value.some((each) => typeof each === 'object' && each !== null)) into.set(path, value.join(', '));
    else for (const [index, each] of value.entries()) flatten(each, `${path}[${field === null ? index : (each as Record<string, string>)[field]}]`, into);
  } else if (isRecord(value)) {
    for (const [key, each] of Object.entries(value)) flatten(each, path === '' ? key : `${path}.${key}`, into);
  } else {
    into.set(path, String(value));
  }
}

/** What counts of a state, by its path: `[lrm:pve3].status`, `pgmap.pgs_by_state[active+clean].count`. Pure. */
export function countedIn(state: unknown, counts: Counts): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  flatten(state, '', all);
  return new Map([...all].flatMap(([path, text]): [string, string][] => {
    const counted = counts(path, text);
    return counted === null ? [] : [[path, counted]];
  }));
}

const shown = (text: string | undefined): string => (text === undefined ? '(none)' : text.length > mostCharacters ? `${text.slice(0, mostCharacters)}...` : text);

/** What is another in the second of two states, a short sentence each; none when they are equal in all that counts. Pure. */
export function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
  const lines = paths.slice(0, mostChanges).map((path) => `${path}: ${shown(before.get(path))} -> ${shown(after.get(path))}`);
  return paths.length > mostChanges ? [...lines, `and ${paths.length - mostChanges} more`] : lines;
}
