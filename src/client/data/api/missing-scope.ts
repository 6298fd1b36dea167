import type { ApiScope } from "#contract/endpoint.ts";

/** What a key with the scope can do, as words that follow “can”. */
export const ABILITIES: Readonly<Record<ApiScope, string>> = {
  "FLOWS:READ": "view flows",
  "FLOWS:WRITE": "edit flows",
  "FLOWS:EXECUTE": "run flows",
  "DISPATCH:EXECUTE": "run tests",
  "RECORDS:READ": "view records",
  "RECORDS:WRITE": "edit records",
  "METRICS:READ": "read metrics",
};

/** Explains to the user that their key lacks the scope, and what to do. */
export function describeMissingScope(scope: ApiScope): string {
  return scope === "FLOWS:WRITE"
    ? "Your key can view flows, not change them. Sign in with one that can edit."
    : `Your key can’t ${ABILITIES[scope]}. It needs ${scope}.`;
}
