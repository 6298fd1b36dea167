import { findJsonStringEnd } from "./unstorable-json-value.ts";

export interface DuplicateJsonKey {
  readonly key: string;
  /** UTF-16 offset of the second occurrence. */
  readonly offset: number;
}

/** `JSON.parse` keeps only the last of the values without an error. `text` must be valid JSON. */
export function findDuplicateJsonKey(text: string): DuplicateJsonKey | undefined {
  /** The keys of each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"': {
        const end = findJsonStringEnd(text, at);
        const keys = open.at(-1);
        if (isKeyNext && keys) {
          const key = JSON.parse(text.slice(at, end + 1)) as string;
          if (keys.has(key)) return { key, offset: at };
          keys.add(key);
          isKeyNext = false;
        }
        at = end;
        break;
      }
      case "{":
        open.push(new Set());
        isKeyNext = true;
        break;
      case "[":
        open.push(undefined);
        isKeyNext = false;
        break;
      case "}":
      case "]":
        open.pop();
        isKeyNext = false;
        break;
      case ",":
        isKeyNext = open.at(-1) !== undefined;
        break;
    }
  }
  return undefined;
}
