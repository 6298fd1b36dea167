import type { ApiScope } from "#contract/endpoint.ts";
import { DomainError } from "./domain-error.ts";

export interface Caller {
  readonly organizationId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** Name of the caller's API key; absent if the key has no name, or the server has no keys. */
  readonly keyName?: string | undefined;
  /** Identifies the key; absent if the server has no keys. */
  readonly keyHash?: string | undefined;
}

/** Scopes that a run can need. */
const RUN_SCOPES = ["FLOWS:EXECUTE", "RECORDS:READ", "RECORDS:WRITE"] as const;

/** By name, by `*` or by `FLOWS:*`. */
export function isScopeGrantedToCaller({ scopes }: Pick<Caller, "scopes">, scope: ApiScope | "*"): boolean {
  return includesScope(scopes, scope);
}

function includesScope(scopes: readonly string[], scope: string): boolean {
  return scopes.includes("*") || scopes.includes(scope) || scopes.includes(`${scope.split(":")[0]}:*`);
}

/** Returns the scopes that both lists grant, by whatever name. */
export function intersectScopes(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].filter(
    (scope) => includesScope(one, scope) && includesScope(other, scope),
  );
}

/** Returns the scopes for runs that `wanted` grants and `scopes` lacks. */
export function listMissingRunScopes(
  wanted: readonly string[],
  scopes: readonly string[],
): readonly ApiScope[] {
  return RUN_SCOPES.filter((scope) => includesScope(wanted, scope) && !includesScope(scopes, scope));
}

export function assertCallerHasScope(caller: Pick<Caller, "scopes">, scope: ApiScope | "*"): void {
  if (isScopeGrantedToCaller(caller, scope)) return;
  const message = `This key lacks the scope ${scope}.`;
  throw new DomainError("forbidden", message, { details: [{ message, code: "MISSING_SCOPE" }] });
}
