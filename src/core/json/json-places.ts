import type { JsonPath } from "./json.ts";
import { findJsonStringEnd } from "./unstorable-json-value.ts";
import { skipJsonWhitespace } from "./scan-json.ts";

export interface JsonPlace {
  readonly from: number;
  readonly to: number;
}

/** In valid JSON, in one pass. Undefined for a missing value. */
export function findJsonValueOffsets(
  text: string,
  paths: readonly JsonPath[],
): readonly (JsonPlace | undefined)[] {
  const places: (JsonPlace | undefined)[] = paths.map(() => undefined);
  if (paths.length === 0) return places;

  const skipValue = (from: number, wanted: readonly number[], depth: number): number => {
    const inner = wanted.filter((index) => (paths[index]?.length ?? 0) > depth);
    const opens = text.charAt(from);
    const end =
      inner.length > 0 && (opens === "{" || opens === "[")
        ? readItems(from, opens === "{", inner, depth)
        : findJsonValueEnd(text, from);
    for (const index of wanted) if (paths[index]?.length === depth) places[index] = { from, to: end };
    return end;
  };

  const readItems = (from: number, isObject: boolean, wanted: readonly number[], depth: number): number => {
    let at = skipJsonWhitespace(text, from + 1);
    for (let item = 0; text.charAt(at) !== "}" && text.charAt(at) !== "]"; item += 1) {
      let key: string | number = item;
      if (isObject) {
        const end = findJsonStringEnd(text, at) + 1;
        key = JSON.parse(text.slice(at, end)) as string;
        at = skipJsonWhitespace(text, skipJsonWhitespace(text, end) + 1);
      }
      const within = wanted.filter((index) => paths[index]?.[depth] === key);
      at = skipJsonWhitespace(text, skipValue(at, within, depth + 1));
      if (text.charAt(at) === ",") at = skipJsonWhitespace(text, at + 1);
    }
    return at + 1;
  };

  skipValue(skipJsonWhitespace(text, 0), [...paths.keys()], 0);
  return places;
}

/** Returns the offset after the value at `from`, which must be valid JSON. */
export function findJsonValueEnd(text: string, from: number): number {
  let at = from;
  for (let open = 0; at < text.length;) {
    const char = text.charAt(at);
    if (char === '"') at = findJsonStringEnd(text, at) + 1;
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
