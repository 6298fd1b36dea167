export interface ManagedSecret {
  readonly value: string;
  /** Types of the steps that may use the secret; conditions count as type `conditional`. */
  readonly stepTypes: readonly string[];
  /** Hosts that may receive the secret: `api.example.com`, `*.example.com`, `localhost:3000`. Any host if empty. */
  readonly hosts: readonly string[];
}

/** Step types whose fields are only sent in a request. Later steps cannot read a secret from such a field. */
export const HTTP_REQUEST_STEP_TYPES: readonly string[] = ["api-call", "fetch-url"];

const HOST = /^(?:\*\.)?[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?$|^(?:localhost|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/**
 * Parses `FLOWLINE_SECRET_<KEY>_ALLOW`, a list of hosts and step types. A list that contains a host, or contains no step type,
 * also allows `HTTP_REQUEST_STEP_TYPES`. `unknown` is the position, from 1, of the first invalid entry.
 */
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
  return { stepTypes: [...new Set([...(isSending ? HTTP_REQUEST_STEP_TYPES : []), ...stepTypes])], hosts };
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
