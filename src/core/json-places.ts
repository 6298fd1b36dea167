import type { JsonPath } from "./json.ts";
import { endOfString } from "./json-text.ts";
import { skipSpace } from "./scan-json.ts";

/** From the first character of a value to after its last, in UTF-16 units. */
interface JsonPlace {
  readonly from: number;
  readonly to: number;
}

/** Where the values at `paths` stand in `text`, which must parse; undefined for a path that leads nowhere. One pass. */
export function findJsonPlaces(text: string, paths: readonly JsonPath[]): readonly (JsonPlace | undefined)[] {
  const places: (JsonPlace | undefined)[] = paths.map(() => undefined);
  if (paths.length === 0) return places;

  /** Reads the value that starts at `from`; `wanted` are the paths that lead to it or into it. Returns its end. */
  const readValue = (from: number, wanted: readonly number[], depth: number): number => {
    const inner = wanted.filter((index) => (paths[index]?.length ?? 0) > depth);
    const opens = text.charAt(from);
    const end =
      inner.length > 0 && (opens === "{" || opens === "[")
        ? readItems(from, opens === "{", inner, depth)
        : endOfValue(text, from);
    for (const index of wanted) if (paths[index]?.length === depth) places[index] = { from, to: end };
    return end;
  };

  const readItems = (from: number, isObject: boolean, wanted: readonly number[], depth: number): number => {
    let at = skipSpace(text, from + 1);
    for (let item = 0; text.charAt(at) !== "}" && text.charAt(at) !== "]"; item += 1) {
      let key: string | number = item;
      if (isObject) {
        const end = endOfString(text, at) + 1;
        key = JSON.parse(text.slice(at, end)) as string;
        at = skipSpace(text, skipSpace(text, end) + 1);
      }
      const within = wanted.filter((index) => paths[index]?.[depth] === key);
      at = skipSpace(text, readValue(at, within, depth + 1));
      if (text.charAt(at) === ",") at = skipSpace(text, at + 1);
    }
    return at + 1;
  };

  readValue(skipSpace(text, 0), [...paths.keys()], 0);
  return places;
}

function endOfValue(text: string, from: number): number {
  let at = from;
  for (let open = 0; at < text.length;) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at) + 1;
    else if (/[\s,\]}]/.test(char) && open === 0) return at;
    else {
      if (char === "{" || char === "[") open += 1;
      if (char === "}" || char === "]") open -= 1;
      at += 1;
    }
    if (open === 0 && /["}\]]/.test(text.charAt(at - 1))) return at;
  }
  return at;
}
