import * as z from "zod/mini";
import { createFlowBody, stepInput } from "./flow.ts";
import { jsonObject, jsonValue } from "./json.ts";
import { createRecordBody } from "./record.ts";

/** A flow that is stored, by its id, or one that comes along and is not kept. */
const dispatchFlow = z.union([
  z.looseObject({ id: z.string().check(z.minLength(1)), steps: z.optional(z.undefined()) }),
  z.looseObject({
    name: createFlowBody.shape.name,
    description: z.optional(z.nullable(z.string())),
    steps: z.array(stepInput).check(z.minLength(1)),
  }),
]);

const dispatchRecord = z.union([
  z.looseObject({ id: z.string().check(z.minLength(1)) }),
  z.looseObject({
    name: z.optional(createRecordBody.shape.name),
    type: z.optional(createRecordBody.shape.type),
    metadata: z.optional(jsonObject),
  }),
]);

/**
 * Runs a flow once. `inputs` become variables of the run, `secrets` are what `{{secrets.key}}` stands for and are kept
 * nowhere. `upToStep` is an extra: the id of the last step that runs.
 */
export const dispatchBody = z.looseObject({
  flow: z.optional(dispatchFlow),
  record: z.optional(dispatchRecord),
  messages: z.optional(z.array(jsonValue)),
  inputs: z.optional(jsonObject),
  secrets: z.optional(z.record(z.string(), z.string())),
  options: z.optional(
    z.looseObject({
      streamResponse: z.optional(z.boolean()),
      flowMode: z.optional(z.enum(["existing", "create", "virtual", "upsert"])),
      recordMode: z.optional(z.enum(["existing", "create", "virtual"])),
      storeResults: z.optional(z.boolean()),
      modelOverride: z.optional(z.string()),
      upToStep: z.optional(z.string()),
    }),
  ),
});

const base = { executionId: z.string(), seq: z.number() };
const step = {
  ...base,
  id: z.string(),
  name: z.optional(z.string()),
  stepType: z.optional(z.string()),
  index: z.optional(z.number()),
  totalSteps: z.optional(z.number()),
  /** An extra: how many conditionals the step is in. */
  depth: z.optional(z.number()),
};

/** The events of a run, by name: each one's data also says its name as `type`. */
export const dispatchEvents = {
  execution_start: z.looseObject({
    ...base,
    kind: z.string(),
    startedAt: z.string(),
    flowId: z.optional(z.string()),
    flowName: z.optional(z.string()),
    totalSteps: z.optional(z.number()),
  }),
  step_start: z.looseObject({
    ...step,
    outputVariable: z.optional(z.string()),
    startedAt: z.optional(z.string()),
  }),
  text_start: z.looseObject({ ...base, id: z.string(), stepId: z.optional(z.string()) }),
  text_delta: z.looseObject({ ...base, id: z.string(), delta: z.string() }),
  text_complete: z.looseObject({ ...base, id: z.string(), text: z.optional(z.string()) }),
  step_complete: z.looseObject({
    ...step,
    success: z.optional(z.boolean()),
    result: z.optional(jsonValue),
    error: z.optional(z.string()),
    durationMs: z.optional(z.number()),
    cost: z.optional(z.number()),
    tokensUsed: z.optional(z.number()),
    stopReason: z.optional(z.string()),
    completedAt: z.optional(z.string()),
    unresolvedVariables: z.optional(z.array(z.string())),
    fallback: z.optional(jsonObject),
    /** Extras of this project's server. */
    modelUsed: z.optional(z.string()),
    resolvedPrompt: z.optional(z.string()),
    inputVariables: z.optional(jsonObject),
  }),
  step_skip: z.looseObject({
    ...step,
    when: z.optional(z.string()),
    skippedAt: z.optional(z.string()),
    /** An extra: why, as `skipReason` of a step result says it. */
    reason: z.optional(z.string()),
  }),
  execution_complete: z.looseObject({
    ...base,
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
  execution_error: z.looseObject({ ...base, error: z.string(), code: z.optional(z.string()) }),
  ping: z.looseObject({}),
};

/** The same in one answer, where no stream is asked for. */
export const dispatchResult = z.looseObject({
  success: z.boolean(),
  status: z.string(),
  executionId: z.string(),
  flowId: z.nullable(z.string()),
  recordId: z.nullable(z.string()),
  finalOutput: z.nullable(z.string()),
  /** The last step's output as a value. */
  result: z.optional(jsonValue),
  durationMs: z.number(),
  steps: z.array(jsonObject),
  error: z.optional(z.string()),
});

export type DispatchBody = z.infer<typeof dispatchBody>;
export type DispatchEvents = {
  readonly [name in keyof typeof dispatchEvents]: z.infer<(typeof dispatchEvents)[name]>;
};
