import * as z from "zod/mini";
import {
  each,
  filledText,
  integer,
  integers,
  jsonObject,
  nullableText,
  pagination,
  texts,
  timestamp,
} from "./flow-schemas.ts";

const recordFields = {
  ...texts("id type name userId"),
  metadata: jsonObject,
  messages: z.nullable(z.array(z.unknown())),
  ...each(nullableText, "productSurfaceId organizationId"),
  ...each(timestamp, "createdAt updatedAt"),
  metadataSchema: z.optional(z.looseObject({ keys: z.array(z.string()) })),
  metadataLabels: z.optional(z.record(z.string(), z.string())),
};

export const record = z.strictObject(recordFields);

export const recordPage = z.strictObject({
  data: z.array(z.strictObject({ ...recordFields, ...each(z.array(z.string()), "availableFields?") })),
  pagination,
  filtersApplied: z.optional(jsonObject),
});

const recordType = filledText.check(z.maxLength(255));
const recordName = filledText.check(z.maxLength(500));

const messages = z.nullable(
  z.array(
    z.strictObject({
      role: z.enum(["user", "assistant"]),
      content: z.union([z.string(), z.array(z.unknown())]),
    }),
  ),
);

const contents = { ...each(jsonObject, "metadata?"), ...each(messages, "messages?") };

export const createRecordBody = z.strictObject({ type: recordType, name: recordName, ...contents });

export const updateRecordBody = z.strictObject({
  type: z.optional(recordType),
  name: z.optional(recordName),
  ...contents,
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
  samples: z.array(z.strictObject({ ...texts("id name"), metadata: jsonObject })),
});

const filledIds = z.array(filledText).check(z.minLength(1));

export const bulkDeleteBody = z.strictObject({ ids: filledIds });

export const bulkDeleted = z.strictObject({
  success: z.boolean(),
  deleted: integer,
  ...each(z.array(z.string()), "deletedIds notFoundIds?"),
});

const editCondition = z.strictObject({
  field: filledText,
  operator: z.enum(["equals", "equals_ci", "not_equals", "contains", "not_contains"]),
  value: z.union([z.string(), z.number(), z.boolean()]),
});

export const bulkEditBody = z.strictObject({
  recordIds: z.optional(filledIds),
  recordFilter: z.optional(previewFilterBody),
  ...each(z.boolean(), "applyToAll? dryRun?"),
  conditions: z.optional(z.array(editCondition)),
  updates: z.optional(jsonObject),
  deleteFields: z.optional(z.array(z.string())),
});

export const bulkEdited = z.strictObject({
  data: z.array(z.strictObject({ id: z.string(), ...each(jsonObject, "before after") })),
  recordIds: z.array(z.string()),
});

export const csvUploaded = z.strictObject({
  success: z.boolean(),
  message: z.string(),
  ...integers("created errors"),
  errorDetails: z.array(z.string()),
  records: z.array(z.strictObject({ ...texts("id name type"), metadata: jsonObject })),
});

export const recordTypeSchema = z.strictObject({
  type: z.string(),
  fields: z.array(z.unknown()),
  ...integers("sampledRecords totalRecords"),
  sampledAt: timestamp,
});

export const fieldValues = z.strictObject({
  ...texts("type field"),
  values: z.array(z.strictObject({ value: z.optional(z.unknown()), count: integer })),
  truncated: z.boolean(),
});

const recordResult = z.strictObject({
  ...texts("id recordId status"),
  ...each(nullableText, "promptId promptName flowId flowName"),
  createdAt: timestamp,
  result: z.optional(z.unknown()),
});

export const recordResultPage = z.strictObject({
  data: z.array(recordResult),
  pagination: z.strictObject({
    ...integers("page limit total? totalPages?"),
    ...each(z.boolean(), "hasMore hasPrev hasNextPage? hasPrevPage?"),
  }),
});

export const deleteResultBody = z.strictObject({ resultId: filledText });
