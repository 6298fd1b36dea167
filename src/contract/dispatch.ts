import * as z from "zod/mini";
import { errorBodySchema } from "./error-body.ts";
import { createFlowBodySchema, flowSchema, publishFlowBodySchema } from "./flow.ts";
import { jsonObjectSchema, jsonValueSchema } from "./json.ts";
import { createRecordBodySchema } from "./record.ts";
import { VERSION_TYPES } from "./flow-version.ts";

/**
 * The flow to run: the id of a stored flow, or a name and steps. If both are given, `id` names the stored
 * flow that an upsert changes. One schema instead of a union, so that errors have paths.
 */
const dispatchFlow = z.looseObject({
  id: z.optional(z.string().check(z.minLength(1))),
  name: z.optional(createFlowBodySchema.shape.name),
  description: z.optional(z.nullable(z.string())),
  steps: createFlowBodySchema.shape.steps,
});

const dispatchRecord = z.looseObject({
  id: z.optional(z.string().check(z.minLength(1))),
  name: z.optional(createRecordBodySchema.shape.name),
  type: z.optional(createRecordBodySchema.shape.type),
  metadata: z.optional(jsonObjectSchema),
});

/**
 * The number and size of secrets are limited, because the server searches the run's results and logs for every secret.
 * The number is checked before the values: reporting the errors of 100,000 invalid ones takes a second.
 */
const SECRET_LIMITS = { count: 100, keyLength: 200, valueLength: 8192, totalLength: 65_536 } as const;

const secrets = z.pipe(
  jsonObjectSchema.check(
    z.refine(
      (given) => Object.keys(given).length <= SECRET_LIMITS.count,
      `at most ${SECRET_LIMITS.count} secrets`,
    ),
  ),
  z.record(z.string(), z.string()).check(
    z.refine(
      (given) => Object.keys(given).every((key) => key.length <= SECRET_LIMITS.keyLength),
      `keys of at most ${SECRET_LIMITS.keyLength} characters`,
    ),
    z.refine(
      (given) => Object.values(given).every((value) => value.length <= SECRET_LIMITS.valueLength),
      `values of at most ${SECRET_LIMITS.valueLength} characters`,
    ),
    z.refine(
      (given) =>
        Object.values(given).reduce((sum, { length }) => sum + length, 0) <= SECRET_LIMITS.totalLength,
      `values of at most ${SECRET_LIMITS.totalLength} characters in all`,
    ),
  ),
);

/**
 * Request to run a flow once. `inputs` become variables; `secrets` replace `{{secrets.key}}` and are not
 * stored. The flow modes `create` and `upsert` save the flow before the run, the record mode `create` the
 * record. `upToStep` (not in the documented API): id of the last step to run.
 */
export const dispatchRequestBodySchema = z.looseObject({
  flow: z.optional(dispatchFlow),
  record: z.optional(dispatchRecord),
  messages: z.optional(z.array(jsonValueSchema)),
  clientTools: z.optional(z.array(jsonValueSchema)),
  inputs: z.optional(jsonObjectSchema),
  secrets: z.optional(secrets),
  options: z.optional(
    z.looseObject({
      streamResponse: z.optional(z.boolean()),
      flowMode: z.optional(z.enum(["existing", "create", "virtual", "upsert"])),
      recordMode: z.optional(z.enum(["existing", "create", "virtual"])),
      storeResults: z.optional(z.boolean()),
      modelOverride: z.optional(z.string()),
      autoAppendMetadata: z.optional(z.boolean()),
      debugMode: z.optional(z.boolean()),
      flowVersionId: z.optional(z.string().check(z.minLength(1))),
      createVersion: z.optional(z.boolean()),
      versionType: z.optional(z.enum(VERSION_TYPES)),
      versionLabel: publishFlowBodySchema.shape.label,
      versionNotes: publishFlowBodySchema.shape.notes,
      upsertOptions: z.optional(
        z.looseObject({
          createVersionOnChange: z.optional(z.boolean()),
          allowOverwriteExternalChanges: z.optional(z.boolean()),
        }),
      ),
      upToStep: z.optional(z.string()),
    }),
  ),
});

/** Parts of a request that were not carried out. An addition to the documented API. */
const warnings = z.optional(
  z.array(z.looseObject({ message: z.string(), path: z.string(), code: z.string() })),
);

/** Members about the flow and record that a dispatch saved before its run. Additions to the documented API. */
const saved = {
  recordId: z.optional(z.nullable(z.string())),
  draftVersionId: z.optional(z.string()),
  versionToken: z.optional(z.string()),
  flowChange: z.optional(z.enum(["created", "updated", "unchanged"])),
  warnings,
};

const eventFields = { executionId: z.string(), seq: z.number() };
const stepEventFields = {
  ...eventFields,
  id: z.string(),
  name: z.optional(z.string()),
  stepType: z.optional(z.string()),
  index: z.optional(z.number()),
  totalSteps: z.optional(z.number()),
  depth: z.optional(z.number()),
};

const createEventSchema = <Name extends string, Fields extends z.core.$ZodLooseShape>(
  name: Name,
  fields: Fields,
) => z.looseObject({ type: z.literal(name), ...fields });

/** Schemas of a run's server-sent events by event name. The data repeats the name as `type`. */
export const dispatchEventSchemasByName = {
  execution_start: createEventSchema("execution_start", {
    ...eventFields,
    kind: z.string(),
    startedAt: z.string(),
    flowId: z.optional(z.string()),
    flowName: z.optional(z.string()),
    totalSteps: z.optional(z.number()),
    ...saved,
  }),
  step_start: createEventSchema("step_start", {
    ...stepEventFields,
    outputVariable: z.optional(z.string()),
    startedAt: z.optional(z.string()),
  }),
  text_start: createEventSchema("text_start", {
    ...eventFields,
    id: z.string(),
    stepId: z.optional(z.string()),
  }),
  text_delta: createEventSchema("text_delta", { ...eventFields, id: z.string(), delta: z.string() }),
  text_complete: createEventSchema("text_complete", {
    ...eventFields,
    id: z.string(),
    text: z.optional(z.string()),
  }),
  step_complete: createEventSchema("step_complete", {
    ...stepEventFields,
    success: z.optional(z.boolean()),
    result: z.optional(jsonValueSchema),
    error: z.optional(z.string()),
    durationMs: z.optional(z.number()),
    cost: z.optional(z.number()),
    tokensUsed: z.optional(z.number()),
    stopReason: z.optional(z.string()),
    completedAt: z.optional(z.string()),
    unresolvedVariables: z.optional(z.array(z.string())),
    fallback: z.optional(jsonObjectSchema),
    modelUsed: z.optional(z.string()),
    resolvedPrompt: z.optional(z.string()),
    inputVariables: z.optional(jsonObjectSchema),
  }),
  step_skip: createEventSchema("step_skip", {
    ...stepEventFields,
    when: z.optional(z.string()),
    skippedAt: z.optional(z.string()),
    reason: z.optional(z.string()),
  }),
  execution_complete: createEventSchema("execution_complete", {
    ...eventFields,
    kind: z.string(),
    success: z.boolean(),
    totalSteps: z.optional(z.number()),
    successfulSteps: z.optional(z.number()),
    failedSteps: z.optional(z.number()),
    finalOutput: z.optional(z.string()),
    durationMs: z.optional(z.number()),
    totalCost: z.optional(z.number()),
    totalTokensUsed: z.optional(z.number()),
    completedAt: z.optional(z.string()),
  }),
  execution_error: createEventSchema("execution_error", {
    ...eventFields,
    kind: z.optional(z.string()),
    error: z.string(),
    code: z.optional(z.string()),
    completedAt: z.optional(z.string()),
  }),
  ping: createEventSchema("ping", { ...eventFields, timestamp: z.string() }),
};

/** Response with status 412 to an upsert. `current` is the stored flow; null if no flow has the name. */
export const staleUpsertErrorSchema = z.extend(errorBodySchema, { current: z.nullable(flowSchema) });

export const dispatchResultSchema = z.looseObject({
  ...saved,
  success: z.boolean(),
  status: z.string(),
  executionId: z.string(),
  flowId: z.nullable(z.string()),
  recordId: z.nullable(z.string()),
  finalOutput: z.nullable(z.string()),
  result: z.optional(jsonValueSchema),
  durationMs: z.number(),
  steps: z.array(jsonObjectSchema),
  error: z.optional(z.string()),
});

export type DispatchRequestBody = z.infer<typeof dispatchRequestBodySchema>;
export type DispatchEventDataByName = {
  readonly [name in keyof typeof dispatchEventSchemasByName]: z.infer<
    (typeof dispatchEventSchemasByName)[name]
  >;
};
