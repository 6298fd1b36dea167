import * as z from "zod/mini";
import { integer, jsonObject, nullableText, pagination, timestamp } from "./flow-schemas.ts";

const recordFields = {
  id: z.string(),
  type: z.string(),
  name: z.string(),
  metadata: jsonObject,
  messages: z.nullable(z.array(z.unknown())),
  productSurfaceId: nullableText,
  userId: z.string(),
  organizationId: nullableText,
  createdAt: timestamp,
  updatedAt: timestamp,
  metadataSchema: z.optional(z.looseObject({ keys: z.array(z.string()) })),
  metadataLabels: z.optional(z.record(z.string(), z.string())),
};

export const record = z.strictObject(recordFields);

export const recordPage = z.strictObject({
  data: z.array(z.strictObject({ ...recordFields, availableFields: z.optional(z.array(z.string())) })),
  pagination,
  filtersApplied: z.optional(jsonObject),
});

const recordType = z.string().check(z.minLength(1), z.maxLength(255));
const recordName = z.string().check(z.minLength(1), z.maxLength(500));

const messages = z.nullable(
  z.array(
    z.strictObject({
      role: z.enum(["user", "assistant"]),
      content: z.union([z.string(), z.array(z.unknown())]),
    }),
  ),
);

export const createRecordBody = z.strictObject({
  type: recordType,
  name: recordName,
  metadata: z.optional(jsonObject),
  messages: z.optional(messages),
});

export const updateRecordBody = z.strictObject({
  type: z.optional(recordType),
  name: z.optional(recordName),
  metadata: z.optional(jsonObject),
  messages: z.optional(messages),
});

const filterOperators = (
  "eq neq gt gte lt lte between contains startsWith endsWith in notIn isSet isNotSet isTrue isFalse " +
  "withinLastDays olderThanDays"
).split(" ");

const filterCondition = z.strictObject({
  field: z.string().check(z.regex(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}$/)),
  op: z.enum(filterOperators),
  value: z.optional(z.unknown()),
});

const filterGroup = <Item extends z.core.$ZodType>(item: Item) =>
  z.strictObject({
    op: z.enum(["and", "or"]),
    conditions: z.array(item).check(z.minLength(1), z.maxLength(50)),
  });

const recordFilter = z.union([
  filterCondition,
  filterGroup(z.union([filterCondition, filterGroup(filterCondition)])),
]);

export const previewFilterBody = z.strictObject({ type: recordType, where: z.optional(recordFilter) });

export const filterPreview = z.strictObject({
  type: z.string(),
  matchedCount: integer,
  truncated: z.boolean(),
  samples: z.array(z.strictObject({ id: z.string(), name: z.string(), metadata: jsonObject })),
});

export const bulkDeleteBody = z.strictObject({
  ids: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});

export const bulkDeleted = z.strictObject({
  success: z.boolean(),
  deleted: integer,
  deletedIds: z.array(z.string()),
  notFoundIds: z.optional(z.array(z.string())),
});

export const bulkEditBody = z.strictObject({
  recordIds: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
  recordFilter: z.optional(previewFilterBody),
  applyToAll: z.optional(z.boolean()),
  conditions: z.optional(
    z.array(
      z.strictObject({
        field: z.string().check(z.minLength(1)),
        operator: z.enum(["equals", "equals_ci", "not_equals", "contains", "not_contains"]),
        value: z.union([z.string(), z.number(), z.boolean()]),
      }),
    ),
  ),
  updates: z.optional(jsonObject),
  deleteFields: z.optional(z.array(z.string())),
  dryRun: z.optional(z.boolean()),
});

export const bulkEdited = z.strictObject({
  data: z.array(z.strictObject({ id: z.string(), before: jsonObject, after: jsonObject })),
  recordIds: z.array(z.string()),
});

export const csvUploaded = z.strictObject({
  success: z.boolean(),
  message: z.string(),
  created: integer,
  errors: integer,
  errorDetails: z.array(z.string()),
  records: z.array(
    z.strictObject({ id: z.string(), name: z.string(), type: z.string(), metadata: jsonObject }),
  ),
});

export const recordTypeSchema = z.strictObject({
  type: z.string(),
  fields: z.array(z.unknown()),
  sampledRecords: integer,
  totalRecords: integer,
  sampledAt: timestamp,
});

export const fieldValues = z.strictObject({
  type: z.string(),
  field: z.string(),
  values: z.array(z.strictObject({ value: z.optional(z.unknown()), count: integer })),
  truncated: z.boolean(),
});

export const recordResultPage = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.string(),
      recordId: z.string(),
      promptId: nullableText,
      promptName: nullableText,
      flowId: nullableText,
      flowName: nullableText,
      status: z.string(),
      createdAt: timestamp,
      result: z.optional(z.unknown()),
    }),
  ),
  pagination: z.strictObject({
    page: integer,
    limit: integer,
    hasMore: z.boolean(),
    hasPrev: z.boolean(),
    hasNextPage: z.optional(z.boolean()),
    hasPrevPage: z.optional(z.boolean()),
    total: z.optional(integer),
    totalPages: z.optional(integer),
  }),
});

export const deleteResultBody = z.strictObject({ resultId: z.string().check(z.minLength(1)) });
