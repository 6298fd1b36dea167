import { type JsonObject, type JsonValue, isJsonObject, copyObjectWithKey } from "#core/json/json.ts";

export interface StepsWithoutCredentials {
  readonly steps: readonly JsonObject[];
  /** Names of the headers and fields whose values were replaced, without repetitions. */
  readonly replaced: readonly string[];
}

/** Names of headers, and of fields of an authentication, that hold a credential. */
const CREDENTIAL = /^(?:proxy-)?authorization$|^cookie$|api[-_]?key|password|secret|token/i;

/** Keys of a config whose value holds headers or an authentication. */
const HOLDERS = new Set(["headers", "auth"]);

/** Replaces written-out credentials by a reference to a secret. */
export function omitCredentials(steps: readonly JsonObject[]): StepsWithoutCredentials {
  const replaced = new Set<string>();
  const visit = (value: JsonValue, isHolder: boolean): JsonValue => {
    if (Array.isArray(value)) {
      const items = (value as readonly JsonValue[]).map((item) => visit(item, isHolder));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (!isJsonObject(value)) return value;
    let copy = value;
    for (const [key, inside] of Object.entries(value)) {
      const isCredential = isHolder && CREDENTIAL.test(key) && typeof inside === "string";
      const next = isCredential
        ? replaceCredential(key, inside)
        : visit(inside, isHolder || HOLDERS.has(key));
      if (next === inside) continue;
      if (isCredential) replaced.add(key);
      copy = copyObjectWithKey(copy, key, next);
    }
    return copy;
  };
  return {
    steps: steps.map((step) => visit(step, false) as JsonObject),
    replaced: [...replaced],
  };
}

/** Replaces a credential, unless it is a reference, by a reference to a secret. Keeps a scheme such as “Bearer”. */
function replaceCredential(name: string, value: string): string {
  if (value.trim() === "" || value.includes("{{")) return value;
  const scheme = /^(?:Bearer|Basic|Token) /i.exec(value)?.[0] ?? "";
  return `${scheme}{{secret:${name.toUpperCase().replaceAll(/\W+/g, "_")}}}`;
}
