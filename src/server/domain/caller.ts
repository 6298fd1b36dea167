import type { ApiScope } from "#contract/endpoint.ts";
import { DomainError } from "./domain-error.ts";

export interface Caller {
  readonly organizationId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** Name of the caller's API key; absent if the key has no name, or the server has no keys. */
  readonly keyName?: string | undefined;
}

/** By name, by `*` or by `FLOWS:*`. */
export function isScopeGrantedToCaller({ scopes }: Pick<Caller, "scopes">, scope: ApiScope | "*"): boolean {
  return scopes.includes("*") || scopes.includes(scope) || scopes.includes(`${scope.split(":")[0]}:*`);
}

export function assertCallerHasScope(caller: Pick<Caller, "scopes">, scope: ApiScope | "*"): void {
  if (isScopeGrantedToCaller(caller, scope)) return;
  const message = `This key lacks the scope ${scope}.`;
  throw new DomainError("forbidden", message, { details: [{ message, code: "MISSING_SCOPE" }] });
}
