import * as z from "zod/mini";
import { STEP_TYPES } from "#contract/step-types.ts";

// Schemas are strict: a field that is not documented is a violation, except inside steps and their settings, which the
// API stores as they are.

export const jsonObject = z.record(z.string(), z.unknown());
export const nullableText = z.nullable(z.string());
export const timestamp = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:\d{3})?Z$/));
export const integer = z.int();

const STEP_TYPE_NAMES: ReadonlySet<string> = new Set(STEP_TYPES.map(({ type }) => type));

export const isDocumentedStepType = (type: string): boolean => STEP_TYPE_NAMES.has(type);

/** Fields that only `GET /v1/flow-steps/…` adds to a step. A client must not write them into the flow. */
const FLOW_STEP_FIELDS = ["flowId", "userId", "createdAt", "updatedAt"];

export const writtenStep = z
  .looseObject({
    type: z.string().check(z.minLength(1)),
    name: z.string().check(z.minLength(1)),
    id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_\-:.]{1,128}$/))),
    order: z.optional(integer.check(z.minimum(0))),
    enabled: z.optional(z.boolean()),
    when: z.optional(z.string().check(z.maxLength(500))),
    config: z.optional(z.unknown()),
  })
  .check(
    z.refine(
      (step) => FLOW_STEP_FIELDS.every((field) => !(field in step)),
      "the step has a field that only a list of steps has",
    ),
  );

const writtenSteps = z.array(writtenStep);

export const createFlowBody = z.strictObject({
  name: z.string().check(z.minLength(1)),
  flowSteps: z.optional(writtenSteps),
  steps: z.optional(writtenSteps),
});

export const updateFlowBody = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))),
  flowSteps: z.optional(writtenSteps),
});

const flowFields = {
  id: z.string(),
  name: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  userId: z.string(),
  organizationId: nullableText,
  flowSteps: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      name: z.optional(z.string()),
      order: z.optional(integer),
      enabled: z.optional(z.boolean()),
      config: z.optional(jsonObject),
    }),
  ),
  lastRunAt: z.optional(z.nullable(timestamp)),
  stepCount: z.optional(integer),
  sampleMetadata: z.optional(jsonObject),
  dashboardUrl: z.optional(z.string()),
};

export const flow = z.strictObject(flowFields);
export const updatedFlow = z.strictObject({ ...flowFields, draftVersionId: z.string() });

export const pagination = z.strictObject({
  limit: integer,
  currentOffset: integer,
  hasMore: z.boolean(),
  hasPrev: z.boolean(),
  nextCursor: nullableText,
  prevCursor: nullableText,
  totalCount: z.optional(integer),
  totalPages: z.optional(integer),
  currentPage: z.optional(integer),
});

export const flowPage = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      createdAt: timestamp,
      updatedAt: timestamp,
      lastRunAt: z.nullable(timestamp),
    }),
  ),
  pagination,
});

export const flowStepList = z.strictObject({
  flowId: z.string(),
  flowName: z.string(),
  data: z.array(
    z.looseObject({
      id: z.string(),
      flowId: z.string(),
      type: z.string(),
      order: integer,
      enabled: z.boolean(),
      config: jsonObject,
      userId: z.string(),
      name: z.optional(z.string()),
      when: z.optional(z.string()),
      createdAt: z.null(),
      updatedAt: z.null(),
    }),
  ),
});

export const runtimeExport = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.optional(nullableText),
  steps: z.array(jsonObject),
});

export const publishedFlow = z.strictObject({
  success: z.boolean(),
  message: z.string(),
  publishedVersionId: z.string(),
});

export const versionList = z.strictObject({
  flowId: z.string(),
  publishedVersionId: nullableText,
  versions: z.array(
    z.strictObject({
      id: z.string(),
      versionNumber: integer,
      versionType: z.string(),
      label: nullableText,
      notes: nullableText,
      stepSummary: nullableText,
      stepCount: integer,
      createdAt: timestamp,
    }),
  ),
});

export const version = z.strictObject({
  id: z.string(),
  flowId: z.string(),
  versionNumber: integer,
  versionType: z.string(),
  flowConfig: z.nullable(jsonObject),
  label: nullableText,
  notes: nullableText,
  createdAt: timestamp,
});

export const publishVersionBody = z.strictObject({ versionId: z.string().check(z.minLength(1)) });

export const publishedVersion = z.strictObject({
  success: z.boolean(),
  message: z.string(),
  flowId: z.string(),
  versionId: z.string(),
});

const validationIssue = z.strictObject({
  code: z.string(),
  message: z.string(),
  path: z.optional(z.string()),
  details: z.optional(z.unknown()),
  step: z.optional(z.strictObject({ index: integer, name: z.string(), type: z.string() })),
});

export const flowValidation = z.strictObject({
  valid: z.boolean(),
  errors: z.array(validationIssue),
  warnings: z.array(validationIssue),
  recommendations: z.array(validationIssue),
  context: z.strictObject({
    authenticated: z.boolean(),
    accountChecksPerformed: z.boolean(),
    accountChecksSkipped: z.boolean(),
  }),
});

export const errorBody = z.looseObject({
  error: z.string(),
  details: z.optional(
    z.array(
      z.strictObject({
        message: z.string(),
        path: z.optional(z.string()),
        code: z.optional(z.string()),
        suggestion: z.optional(z.string()),
      }),
    ),
  ),
});
