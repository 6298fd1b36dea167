import type { ApiScope } from "#contract/endpoint.ts";
import { ABILITIES } from "#client/data/api/missing-scope.ts";
import { hasSignedInUserApiScope } from "#client/data/queries/capability-queries.ts";

const LIST = new Intl.ListFormat("en-GB");

/** Describes what a key with these scopes may do, for example “Can view flows and records, run flows”. */
export function describeScopes(scopes: readonly string[]): string {
  const held = (Object.keys(ABILITIES) as ApiScope[]).filter((scope) =>
    hasSignedInUserApiScope({ signedIn: true, scopes: [...scopes] }, scope),
  );
  if (held.length === Object.keys(ABILITIES).length) return "Full access";
  const nounsByVerb = new Map<string, string[]>();
  for (const scope of held) {
    const [verb = "", noun = ""] = ABILITIES[scope].split(" ");
    nounsByVerb.set(verb, [...(nounsByVerb.get(verb) ?? []), noun]);
  }
  const abilities = [...nounsByVerb].map(([verb, nouns]) => `${verb} ${LIST.format(nouns)}`);
  return abilities.length === 0 ? "No permissions" : `Can ${abilities.join(", ")}`;
}
