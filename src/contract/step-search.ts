import * as z from "zod/mini";

/** Kinds of exact names by which a step is found: names that the step uses, and its type. */
export const STEP_USE_KINDS = ["variable", "model", "secret", "recordType", "stepType"] as const;
export type StepUseKind = (typeof STEP_USE_KINDS)[number];

/** Limits of the index of steps and of its responses. Texts are counted in characters. */
export const STEP_INDEX_LIMITS = {
  /** Longer names are cut to this length in the index. */
  nameCharacters: 200,
  /** Distinct names of one step that are indexed, for each way in which the step can use a name. */
  namesPerStep: 200,
  /** Distinct names and words of one flow that are indexed. */
  termsPerFlow: 10_000,
  /** A search reads at most this many words of the index for each word of the query; see `narrowed`. */
  wordsPerQueryWord: 50,
  queryCharacters: 200,
  queryWords: 8,
  /** Matching steps that a response lists per flow; `matchedStepCount` counts all of them. */
  stepsPerFlow: 5,
  flowsPerPage: 50,
} as const;

const pageQuery = {
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
};

export const searchStepsQuerySchema = z.object({
  query: z.string().check(z.minLength(1), z.maxLength(STEP_INDEX_LIMITS.queryCharacters)),
  ...pageQuery,
});

export const listStepUsesQuerySchema = z.object({
  kind: z.enum(STEP_USE_KINDS),
  name: z.string().check(z.minLength(1), z.maxLength(2000)),
  includeCount: z.optional(z.enum(["true", "false"])),
  ...pageQuery,
});

/** A name in a step that matches. `access`: whether the step reads the variable, sets it, or both. */
const stepMatchSchema = z.looseObject({
  kind: z.enum(["name", ...STEP_USE_KINDS]),
  name: z.string(),
  access: z.optional(z.enum(["reads", "sets", "both"])),
});

/** A step of the saved flow. `key` opens the step in the editor, also if the step has no id. */
const matchedStepSchema = z.looseObject({
  key: z.string(),
  name: z.string(),
  type: z.string(),
  enabled: z.boolean(),
  matches: z.array(stepMatchSchema),
});

const matchedFlowSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  versionToken: z.string(),
  status: z.string(),
  totalStepCount: z.number(),
  disabledStepCount: z.number(),
  steps: z.array(matchedStepSchema),
  matchedStepCount: z.number(),
});

/** One page of flows, newest first. If too many flows match to count, `totalAbove` replaces `totalCount`. */
export const stepSearchPageSchema = z.looseObject({
  data: z.array(matchedFlowSchema),
  pagination: z.looseObject({
    limit: z.number(),
    hasMore: z.boolean(),
    nextCursor: z.nullable(z.string()),
    totalCount: z.optional(z.number()),
    totalAbove: z.optional(z.number()),
  }),
  /** True if a word of the query occurs in too many words of the index, so that only the closest were searched. */
  narrowed: z.boolean(),
  index: z.looseObject({
    /** False while the server is indexing flows that an earlier version of the server stored. */
    complete: z.boolean(),
    /** Flows that are still to be added, counted up to 10,000. */
    pendingFlows: z.number(),
    /** Flows whose texts took too long to parse, so that the variables and secrets in them are not in the index. */
    partialFlows: z.number(),
  }),
});

export type StepSearchPage = z.infer<typeof stepSearchPageSchema>;
export type MatchedFlow = StepSearchPage["data"][number];
export type MatchedStep = MatchedFlow["steps"][number];
export type StepMatch = MatchedStep["matches"][number];
