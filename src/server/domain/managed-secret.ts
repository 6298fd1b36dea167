import { STEP_FACTS } from "#contract/step-facts.ts";
import { CONDITION_SECRET_STEP_TYPE, VARIABLE_SECRET_STEP_TYPE } from "#core/references/list-secrets.ts";

export const REQUEST_STEP_TYPES: readonly string[] = Object.keys(STEP_FACTS)
  .filter((type) => STEP_FACTS[type]?.sendsRequest)
  .toSorted();

export interface ManagedSecret {
  readonly value: string;
  /** Types of the steps that may use the secret; conditions count as type `conditional`. */
  readonly stepTypes: readonly string[];
  /** Hosts that may receive the secret: `api.example.com`, `*.example.com`, `localhost:3000`. Any host if empty. */
  readonly hosts: readonly string[];
}

const HOST = /^(?:\*\.)?[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?$|^(?:localhost|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/** A host, or no step type, also allows `REQUEST_STEP_TYPES`. `unknown`: position of the first invalid entry. */
export function parseSecretAllowList(
  text: string,
  knownTypes: readonly string[],
): Omit<ManagedSecret, "value"> | { readonly unknown: number } {
  const entries = text.split(",").map((entry) => entry.trim());
  const stepTypes: string[] = [];
  const hosts: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry === "") continue;
    if (knownTypes.includes(entry)) stepTypes.push(entry);
    else if (HOST.test(entry.toLowerCase())) hosts.push(entry.toLowerCase());
    else return { unknown: index + 1 };
  }
  const isSending = hosts.length > 0 || stepTypes.length === 0;
  return { stepTypes: [...new Set([...(isSending ? REQUEST_STEP_TYPES : []), ...stepTypes])], hosts };
}

const isRequest = (type: string) => REQUEST_STEP_TYPES.includes(type);

export function maySendSecretToAnyHost({ stepTypes, hosts }: Omit<ManagedSecret, "value">): boolean {
  return hosts.length === 0 && stepTypes.some(isRequest);
}

/** Returns the secret without permission to be sent in requests. */
export function refuseSecretInRequests(secret: ManagedSecret): ManagedSecret {
  return { ...secret, stepTypes: secret.stepTypes.filter((type) => !isRequest(type)) };
}

/** Explains why a secret may not be used in a step of type `use`. Requests are refused only without a list of hosts. */
export function describeSecretRefusal(key: string, use: string): string {
  const setting = `FLOWLINE_SECRET_${key}_ALLOW`;
  if (isRequest(use))
    return `The secret ${key} may not be sent in a request, because it has no list of hosts. Add the host of this request to ${setting}.`;
  const where = use === CONDITION_SECRET_STEP_TYPE ? "in a condition" : `in a ${use} step`;
  const what = use === VARIABLE_SECRET_STEP_TYPE ? "become the value of a variable" : `be used ${where}`;
  return `The secret ${key} may not ${what}: later steps could read it. Send it with an api-call step, or start the server with ${use} in ${setting}.`;
}

export function maySendSecretToUrl({ hosts }: Pick<ManagedSecret, "hosts">, url: URL): boolean {
  if (hosts.length === 0) return true;
  const ownPort = url.port || (url.protocol === "https:" ? "443" : "80");
  return hosts.some((entry) => {
    const [, port = ""] = /:(\d{1,5})$/.exec(entry) ?? [];
    const host = port === "" ? entry : entry.slice(0, -port.length - 1);
    if (port !== "" && port !== ownPort) return false;
    return host.startsWith("*.") ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
  });
}
