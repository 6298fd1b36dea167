import { API_SCOPES } from "#contract/endpoint.ts";
import { describeAbility } from "#client/data/api/missing-scope.ts";
import { hasSignedInUserApiScope } from "#client/data/queries/capability-queries.ts";

const LIST = new Intl.ListFormat("en-GB");

/** Describes what a key with these scopes may do, for example “Can view flows and records, run flows”. */
export function describeScopes(scopes: readonly string[]): string {
  const server = { signedIn: true, scopes: [...scopes] };
  const held = API_SCOPES.filter((scope) => hasSignedInUserApiScope(server, scope));
  if (held.length === API_SCOPES.length) return "Full access";
  const nounsByVerb = new Map<string, string[]>();
  for (const [verb = "", noun] of held.map(describeAbility))
    nounsByVerb.set(verb, [...(nounsByVerb.get(verb) ?? []), noun]);
  const abilities = [...nounsByVerb].map(([verb, nouns]) => `${verb} ${LIST.format(nouns)}`);
  return abilities.length === 0 ? "No permissions" : `Can ${abilities.join(", ")}`;
}
