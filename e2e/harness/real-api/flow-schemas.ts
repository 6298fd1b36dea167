import * as z from "zod/mini";
import { STEP_TYPES } from "#contract/step-types.ts";

// Schemas are strict: a field that is not documented is a violation, except inside steps and their settings, which the
// API stores as they are.

export const jsonObject = z.record(z.string(), z.unknown());
export const nullableText = z.nullable(z.string());
export const timestamp = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:\d{3})?Z$/));
export const integer = z.int();
export const filledText = z.string().check(z.minLength(1));

/** Fields with the same schema; `names` are separated by spaces, and `?` marks a field that may be absent. */
export function each(schema: z.core.$ZodType, names: string): Record<string, z.core.$ZodType> {
  return Object.fromEntries(
    names
      .split(" ")
      .map((name) => (name.endsWith("?") ? [name.slice(0, -1), z.optional(schema)] : [name, schema])),
  );
}

export const texts = (names: string) => each(z.string(), names);
export const integers = (names: string) => each(integer, names);

const STEP_TYPE_NAMES: ReadonlySet<string> = new Set(STEP_TYPES.map(({ type }) => type));

export const isDocumentedStepType = (type: string): boolean => STEP_TYPE_NAMES.has(type);

/** Fields that only `GET /v1/flow-steps/…` adds to a step. A client must not write them into the flow. */
const FLOW_STEP_FIELDS = ["flowId", "userId", "createdAt", "updatedAt"];

export const writtenStep = z
  .looseObject({
    ...each(filledText, "type name"),
    id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_\-:.]{1,128}$/))),
    order: z.optional(integer.check(z.minimum(0))),
    enabled: z.optional(z.boolean()),
    when: z.optional(z.string().check(z.maxLength(500))),
  })
  .check(
    z.refine(
      (step) => FLOW_STEP_FIELDS.every((field) => !(field in step)),
      "the step has a field that only a list of steps has",
    ),
  );

const writtenSteps = z.array(writtenStep);

export const createFlowBody = z.strictObject({
  name: filledText,
  ...each(writtenSteps, "flowSteps? steps?"),
});

export const updateFlowBody = z.strictObject({
  ...each(filledText, "name?"),
  ...each(writtenSteps, "flowSteps?"),
});

const flowFields = {
  ...texts("id name userId dashboardUrl?"),
  ...each(timestamp, "createdAt updatedAt"),
  organizationId: nullableText,
  flowSteps: z.array(
    z.looseObject({
      ...texts("id type name?"),
      ...integers("order?"),
      ...each(z.boolean(), "enabled?"),
      ...each(jsonObject, "config?"),
    }),
  ),
  ...each(z.nullable(timestamp), "lastRunAt?"),
  ...integers("stepCount?"),
  ...each(jsonObject, "sampleMetadata?"),
};

export const flow = z.strictObject(flowFields);
export const updatedFlow = z.strictObject({ ...flowFields, draftVersionId: z.string() });

export const pagination = z.strictObject({
  ...integers("limit currentOffset totalCount? totalPages? currentPage?"),
  ...each(z.boolean(), "hasMore hasPrev"),
  ...each(nullableText, "nextCursor prevCursor"),
});

const flowRow = z.strictObject({
  ...texts("id name"),
  ...each(timestamp, "createdAt updatedAt"),
  lastRunAt: z.nullable(timestamp),
});

export const flowPage = z.strictObject({ data: z.array(flowRow), pagination });

export const flowStepList = z.strictObject({
  ...texts("flowId flowName"),
  data: z.array(
    z.looseObject({
      ...texts("id flowId type userId name? when?"),
      order: integer,
      enabled: z.boolean(),
      config: jsonObject,
      ...each(z.null(), "createdAt updatedAt"),
    }),
  ),
});

export const runtimeExport = z.strictObject({
  ...texts("id name"),
  ...each(nullableText, "description?"),
  steps: z.array(jsonObject),
});

export const publishedFlow = z.strictObject({
  success: z.boolean(),
  ...texts("message publishedVersionId"),
});

const versionFields = {
  ...texts("id versionType"),
  versionNumber: integer,
  ...each(nullableText, "label notes"),
  createdAt: timestamp,
};

export const versionList = z.strictObject({
  flowId: z.string(),
  publishedVersionId: nullableText,
  versions: z.array(z.strictObject({ ...versionFields, stepSummary: nullableText, stepCount: integer })),
});

export const version = z.strictObject({
  ...versionFields,
  flowId: z.string(),
  flowConfig: z.nullable(jsonObject),
});

export const publishVersionBody = z.strictObject({ versionId: filledText });

export const publishedVersion = z.strictObject({
  success: z.boolean(),
  ...texts("message flowId versionId"),
});

const validationIssue = z.strictObject({
  ...texts("code message path?"),
  details: z.optional(z.unknown()),
  step: z.optional(z.strictObject({ index: integer, ...texts("name type") })),
});

export const flowValidation = z.strictObject({
  valid: z.boolean(),
  ...each(z.array(validationIssue), "errors warnings recommendations"),
  context: z.strictObject(each(z.boolean(), "authenticated accountChecksPerformed accountChecksSkipped")),
});

export const errorBody = z.looseObject({
  error: z.string(),
  details: z.optional(z.array(z.strictObject(texts("message path? code? suggestion?")))),
});
