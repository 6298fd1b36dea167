export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export type JsonPath = readonly (string | number)[];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined if the text is no JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

export function isEqualJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqualJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqualJson(a[key], b[key]))
  );
}

export function isSameJsonPath(a: JsonPath, b: JsonPath): boolean {
  return a.length === b.length && a.every((key, depth) => key === b[depth]);
}

/** Returns the value at the path, or undefined if the path does not exist. Ignores inherited properties. */
export function getJsonAtPath(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

/** `undefined` removes the key or item. Creates missing parts: an array for a number, an object for a string. */
export function setJsonAtPath(
  target: JsonValue | undefined,
  path: JsonPath,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === "number") {
    const items: readonly JsonValue[] = Array.isArray(target) ? target : [];
    const next = setJsonAtPath(items[key], rest, value);
    return next === undefined
      ? items.filter((_, index) => index !== key)
      : [...items.slice(0, key), next, ...items.slice(key + 1)];
  }
  const object: JsonObject = isJsonObject(target) ? target : {};
  const next = setJsonAtPath(Object.hasOwn(object, key) ? object[key] : undefined, rest, value);
  return next === undefined ? copyObjectWithoutKey(object, key) : copyObjectWithKey(object, key, next);
}

export function copyObjectWithKey(object: JsonObject, key: string, value: JsonValue): JsonObject {
  return { ...object, [key]: value };
}

export function copyObjectWithoutKey(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
