import * as z from "zod/mini";

/** The server answers 401 if the session has another identity, so that an old page cannot act as a later user. */
export const PAGE_USER_IDENTITY_HEADER = "x-flowline-identity";

/** Request header that identifies the sending tab, so that the tab can ignore the change events of its own writes. */
export const TAB_ID_HEADER = "x-flowline-tab";

/** Response header that marks an answer with which a connected API refused the key of this server. */
export const SERVER_KEY_REFUSED_HEADER = "x-server-key-refused";

/** Response header with the host of the connected API, if the response is not this server's own. */
export const UPSTREAM_HOST_HEADER = "x-flowline-upstream";

export const LOCAL_MODE_IDENTITY = "local";

/**
 * Features of the server, and who is signed in. `upstream` is the API behind a cloud-mode server. `signedIn` is also true if no sign-in is
 * required. `identity` identifies the API key without revealing the key.
 */
export const capabilitiesSchema = z.object({
  mode: z.enum(["local", "cloud"]),
  upstream: z.optional(z.string()),
  auth: z.enum(["none", "required"]),
  signedIn: z.boolean(),
  identity: z.optional(z.string()),
  scopes: z.array(z.string()),
  /** Name of the signed-in user's API key, if the key has one. */
  keyName: z.optional(z.string()),
  /** As in `FeatureStates`: true for a feature that the server offers, otherwise why it doesn't. */
  features: z.catchall(z.looseObject({}), z.union([z.literal(true), z.string()])),
  /** Why features that need the own store of a server before another API are missing. */
  storeProblem: z.optional(z.string()),
});

/** Never values of secrets; absent for callers without the scope to edit or run flows. */
export const runEnvironmentResponseSchema = z.looseObject({
  models: z.boolean(),
  mail: z.boolean(),
  stepTypes: z.array(z.string()),
  secrets: z.optional(
    z.array(z.looseObject({ name: z.string(), stepTypes: z.optional(z.array(z.string())) })),
  ),
});

export const signInBodySchema = z.looseObject({ key: z.string().check(z.minLength(1)) });

export type ServerCapabilities = z.infer<typeof capabilitiesSchema>;
