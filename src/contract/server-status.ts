import * as z from "zod/mini";

/** Possible results of checking the model server by requesting its list of models. */
const MODEL_SERVER_STATES = [
  "not-configured",
  "reachable",
  /** The model server responds, but without a list of models, which is normal for some providers. */
  "no-model-list",
  /** The model server responds with more text than the check reads. */
  "list-too-long",
  "unauthorized",
  "failed",
  /** The configured URL is probably wrong: the answer is no JSON. */
  "not-an-api",
  "redirected",
  "timed-out",
  "unreachable",
] as const;
export type ModelServerState = (typeof MODEL_SERVER_STATES)[number];

/** Reasons why the model server could not be reached, reported with the state `unreachable`. */
const CONNECTION_FAILURES = ["refused", "not-found", "certificate", "broken"] as const;
export type ModelServerConnectionFailure = (typeof CONNECTION_FAILURES)[number];

/** `host` and `models` are absent for callers without the scope to edit or run flows. */
export const modelServerCheckSchema = z.looseObject({
  state: z.enum(MODEL_SERVER_STATES),
  /** Milliseconds until the response was complete, or until the check failed or timed out. */
  durationMs: z.optional(z.number()),
  /** HTTP status of the answer. */
  status: z.optional(z.number()),
  reason: z.optional(z.enum(CONNECTION_FAILURES)),
  host: z.optional(z.string()),
  /** Ids of the first models in alphabetical order; `modelCount` counts all of them. */
  models: z.optional(z.array(z.string())),
  modelCount: z.optional(z.number()),
});

const listedToolSchema = z.looseObject({
  id: z.string(),
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  source: z.enum(["built-in", "custom", "integration"]),
});

/** Suggestions for fields that name a tool. `isComplete`: whether `tools` has all tools of the connected API. */
export const toolListSchema = z.looseObject({ tools: z.array(listedToolSchema), isComplete: z.boolean() });

export const MODEL_LIST_LIMITS = { models: 2000, idCharacters: 200 } as const;

/** The database of the server. `version` is the PostgreSQL version, also of the embedded store. */
const storeStatusSchema = z.looseObject({
  type: z.enum(["embedded", "postgres"]),
  reachable: z.boolean(),
  version: z.optional(z.string()),
  durationMs: z.optional(z.number()),
});

/** The end of a name is the unit, such as `bytes`, `Ms` or `Days`; other names are counts. */
const serverLimitsSchema = z.looseObject({
  requestsPerMinute: z.nullable(z.number()),
  /** `flows`, `records` and `runs` are absent in cloud mode, because the limits of the connected API apply. */
  flows: z.optional(
    z.looseObject({ bytes: z.number(), steps: z.number(), nameCharacters: z.number(), levels: z.number() }),
  ),
  records: z.optional(z.looseObject({ bytes: z.number(), csvBytes: z.number() })),
  runs: z.optional(
    z.looseObject({
      stepMs: z.number(),
      runMs: z.number(),
      scriptMs: z.number(),
      scriptBytes: z.number(),
      variableBytes: z.number(),
      allVariablesBytes: z.number(),
      httpAnswerBytes: z.number(),
      modelAnswerBytes: z.number(),
      storedOutputBytes: z.number(),
      emailRecipients: z.number(),
      resultDays: z.number(),
    }),
  ),
  upstreamMs: z.optional(z.number()),
});

/** `store` is null for a server without an open store. `mailHost` is absent for callers who may not edit or run flows. */
export const serverStatusSchema = z.looseObject({
  version: z.string(),
  runtime: z.string(),
  store: z.nullable(storeStatusSchema),
  mailHost: z.optional(z.string()),
  limits: serverLimitsSchema,
});

/** Maximum entries of lists; `flowCount` and `stepCount` also count entries above it. */
export const SECRET_LIST_RESPONSE_LIMITS = {
  missing: 500,
  flows: 20,
  steps: 5,
  nameCharacters: 200,
} as const;

const secretUseSchema = z.looseObject({
  flowId: z.string(),
  flowName: z.string(),
  /** The steps of the flow that use the secret. `id` is absent for a step that has no id. */
  steps: z.array(z.looseObject({ id: z.optional(z.string()), name: z.string(), enabled: z.boolean() })),
  stepCount: z.number(),
});

/** Never values. `set`, `stepTypes` and `hosts` are absent for callers who may not edit or run flows. */
export const secretListSchema = z.looseObject({
  secrets: z.array(
    z.looseObject({
      name: z.string(),
      set: z.optional(z.boolean()),
      /** Types of the steps that may use the secret. */
      stepTypes: z.optional(z.array(z.string())),
      /** Hosts that requests may send the secret to; any host if empty. */
      hosts: z.optional(z.array(z.string())),
      /** Types of the steps that use the secret but may not. */
      refusedStepTypes: z.optional(z.array(z.string())),
      flows: z.array(secretUseSchema),
      flowCount: z.number(),
      stepCount: z.number(),
    }),
  ),
  /** False if not all flows could be searched, or more secrets are missing than the list can contain. */
  complete: z.boolean(),
});

export type ModelServerCheckResult = z.infer<typeof modelServerCheckSchema>;
export type ListedTool = z.infer<typeof listedToolSchema>;
export type ToolList = z.infer<typeof toolListSchema>;
export type ServerStatus = z.infer<typeof serverStatusSchema>;
export type SecretList = z.infer<typeof secretListSchema>;
