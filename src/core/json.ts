/** Any value that `JSON.parse` can return. Read-only: the core never changes a value in place. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export type JsonPath = readonly (string | number)[];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Same JSON value; the order of an object's keys does not matter, and identical references answer at once. */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}

export function isSamePath(a: JsonPath, b: JsonPath): boolean {
  return a.length === b.length && a.every((key, depth) => key === b[depth]);
}

/** The value at a path of own keys and array indexes, or undefined where the path leads nowhere. */
export function getAtPath(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

/**
 * A copy of `target` with `value` at `path`; everything beside the path is shared, and a key that was there keeps its
 * position. `undefined` removes the key (or the array item). A step of the path that is missing is created: an array
 * for a number, an object for a string; so is one whose value is neither.
 */
export function setAtPath(
  target: JsonValue | undefined,
  path: JsonPath,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === "number") {
    const items: readonly JsonValue[] = Array.isArray(target) ? target : [];
    const next = setAtPath(items[key], rest, value);
    return next === undefined
      ? items.filter((_, index) => index !== key)
      : [...items.slice(0, key), next, ...items.slice(key + 1)];
  }
  const object: JsonObject = isJsonObject(target) ? target : {};
  const next = setAtPath(Object.hasOwn(object, key) ? object[key] : undefined, rest, value);
  return next === undefined ? withoutKey(object, key) : withKey(object, key, next);
}

/** Computed keys define own properties, so that a key named `__proto__` stays plain data. */
export function withKey(object: JsonObject, key: string, value: JsonValue): JsonObject {
  return { ...object, [key]: value };
}

export function withoutKey(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
