import type { ApiScope } from "#contract/endpoint.ts";

const VERBS: Readonly<Record<string, string>> = { READ: "view", WRITE: "edit", EXECUTE: "run" };

/** Returns what a key with the scope can do, as a verb and a noun, such as “run flows”. */
export function describeAbility(scope: ApiScope): readonly [verb: string | undefined, noun: string] {
  const [noun = "", verb = ""] = scope.split(":");
  return [VERBS[verb], noun === "DISPATCH" ? "tests" : noun.toLowerCase()];
}

/** Explains to the user that their key lacks the scope, and what to do. */
export function describeMissingScope(scope: ApiScope): string {
  return scope === "FLOWS:WRITE"
    ? "Your key can view flows, not change them. Sign in with one that can edit."
    : `Your key can’t ${describeAbility(scope).join(" ")}. It needs ${scope}.`;
}
