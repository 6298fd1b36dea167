import * as z from "zod/mini";

/**
 * What this server can do; the dashboard hides what is not there. `upstream` is the API that a cloud-mode server
 * passes requests to. `signedIn` is true where no sign-in is demanded. `eventsSince` is the event to name when
 * `/local/events` is opened, so that nothing is missing that happened after this answer or in the seconds before it.
 */
export const capabilities = z.looseObject({
  mode: z.enum(["local", "cloud"]),
  upstream: z.optional(z.string()),
  auth: z.enum(["none", "required"]),
  signedIn: z.boolean(),
  scopes: z.array(z.string()),
  versionTokens: z.boolean(),
  events: z.boolean(),
  eventsSince: z.optional(z.string()),
  exportRuntime: z.optional(z.boolean()),
  runs: z.boolean(),
  records: z.boolean(),
});

export const sessionBody = z.looseObject({ key: z.string().check(z.minLength(1)) });

export type Capabilities = z.infer<typeof capabilities>;
