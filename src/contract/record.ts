import * as z from "zod/mini";
import { jsonObjectSchema, jsonValueSchema, timestampSchema } from "./json.ts";
import { pageQueryParamSchemas, responsePaginationSchema } from "./pagination.ts";

/** The server rejects a body above `bytes`, or a file above `csvBytes`, with 413. */
export const RECORD_LIMITS = {
  bytes: 2 * 1024 * 1024,
  csvBytes: 20 * 1024 * 1024,
  type: 255,
  name: 500,
  ids: 1000,
  /** Maximum number of records that one bulk edit changes, and the maximum total size of their metadata. */
  edited: 5000,
  editedBytes: 64 * 1024 * 1024,
} as const;

const recordType = z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.type));
const recordName = z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.name));
const wholeNumberText = z.string().check(z.regex(/^-?\d+$/, "a whole number"));

export const flowRecordSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  metadata: jsonObjectSchema,
  messages: z.nullable(z.array(jsonValueSchema)),
  productSurfaceId: z.nullable(z.string()),
  userId: z.string(),
  organizationId: z.nullable(z.string()),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});

export const recordPageSchema = z.looseObject({
  data: z.array(flowRecordSchema),
  pagination: responsePaginationSchema,
});

/** `search` matches part of a record's name, `name` the whole name. `recordFilter` is JSON text. */
export const listRecordsQuerySchema = z.object({
  ...pageQueryParamSchemas,
  type: z.optional(z.string()),
  search: z.optional(z.string()),
  name: z.optional(z.string()),
  recordFilter: z.optional(z.string()),
});

export const createRecordBodySchema = z.looseObject({
  type: recordType,
  name: recordName,
  metadata: z.optional(jsonObjectSchema),
  messages: z.optional(z.nullable(z.array(jsonValueSchema))),
});

/** `metadata` replaces the whole stored object. */
export const updateRecordBodySchema = z.looseObject({
  type: z.optional(recordType),
  name: z.optional(recordName),
  metadata: z.optional(jsonObjectSchema),
  messages: z.optional(z.nullable(z.array(jsonValueSchema))),
});

export const deleteRecordsBodySchema = z.looseObject({
  ids: z.array(z.string()).check(z.minLength(1), z.maxLength(RECORD_LIMITS.ids)),
});

export const deleteRecordsResponseSchema = z.looseObject({
  success: z.boolean(),
  deleted: z.number(),
  deletedIds: z.array(z.string()),
  notFoundIds: z.optional(z.array(z.string())),
});

export const RECORD_FILTER_OPERATORS = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "contains",
  "startsWith",
  "endsWith",
  "in",
  "notIn",
  "isSet",
  "isNotSet",
  "isTrue",
  "isFalse",
  "withinLastDays",
  "olderThanDays",
] as const;

/** A dotted path into the metadata, or one of the record's columns `name`, `type`, `createdAt` and `updatedAt`. */
export const RECORD_FILTER_FIELD_PATTERN = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}$/;

const filterCondition = z.object({
  field: z.string().check(z.regex(RECORD_FILTER_FIELD_PATTERN, "a field such as status or address.city")),
  op: z.enum(RECORD_FILTER_OPERATORS),
  value: z.optional(jsonValueSchema),
});

const filterItems = <Item extends z.core.$ZodType>(item: Item) =>
  z.array(item).check(z.minLength(1), z.maxLength(50));

const innerGroup = z.object({ op: z.enum(["and", "or"]), conditions: filterItems(filterCondition) });

/** One condition, or a group of conditions; a group can contain groups, which contain only conditions. */
export const recordFilterSchema = z.discriminatedUnion("op", [
  filterCondition,
  z.object({
    op: z.enum(["and", "or"]),
    conditions: filterItems(z.discriminatedUnion("op", [filterCondition, innerGroup])),
  }),
]);

export const BULK_EDIT_OPERATORS = ["equals", "equals_ci", "not_equals", "contains", "not_contains"] as const;

/** The records that match all given selections are edited. `updates` and `deleteFields` name fields of the metadata. */
export const editRecordsBodySchema = z.looseObject({
  recordIds: z.optional(
    z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(RECORD_LIMITS.edited)),
  ),
  recordFilter: z.optional(z.looseObject({ type: recordType, where: z.optional(recordFilterSchema) })),
  applyToAll: z.optional(z.boolean()),
  conditions: z.optional(
    z
      .array(
        z.looseObject({
          field: z.string().check(z.minLength(1), z.maxLength(500)),
          operator: z.enum(BULK_EDIT_OPERATORS),
          value: z.union(
            [z.string().check(z.maxLength(5000)), z.number(), z.boolean()],
            "a text of at most 5000 characters, a number, true or false",
          ),
        }),
      )
      .check(z.maxLength(250)),
  ),
  updates: z.optional(jsonObjectSchema),
  deleteFields: z.optional(z.array(z.string()).check(z.maxLength(1000))),
  dryRun: z.optional(z.boolean()),
});

/** `data` lists the changed values of records that change, if too many with `truncated`. */
export const editRecordsResponseSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), before: jsonObjectSchema, after: jsonObjectSchema })),
  recordIds: z.array(z.string()),
  truncated: z.optional(z.boolean()),
  notFoundIds: z.optional(z.array(z.string())),
});

export const recordFilterBodySchema = z.looseObject({
  type: recordType,
  where: z.optional(recordFilterSchema),
});

export const recordFilterPreviewSchema = z.looseObject({
  type: z.string(),
  matchedCount: z.number(),
  truncated: z.boolean(),
  samples: z.array(z.looseObject({ id: z.string(), name: z.string(), metadata: jsonObjectSchema })),
});

export const uploadRecordsResponseSchema = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  created: z.number(),
  errors: z.number(),
  /** `Row 3: Missing name.`; row 1 is the first line of the file. Other servers may use other texts. */
  errorDetails: z.array(z.string()),
  records: z.array(z.looseObject({ id: z.string(), name: z.string() })),
});

export const recordTypeSchemaQuerySchema = z.object({
  type: z.string().check(z.minLength(1)),
  sample: z.optional(wholeNumberText),
});

export const recordTypeSchemaResponseSchema = z.looseObject({
  type: z.string(),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      types: z.array(z.string()),
      count: z.number(),
      examples: z.array(jsonValueSchema),
    }),
  ),
  sampledRecords: z.number(),
  totalRecords: z.number(),
  sampledAt: timestampSchema,
});

export const recordFieldValuesQuerySchema = z.object({
  type: z.string().check(z.minLength(1)),
  field: z.string().check(z.minLength(1)),
  limit: z.optional(wholeNumberText),
});

export const recordFieldValuesSchema = z.looseObject({
  type: z.string(),
  field: z.string(),
  values: z.array(z.looseObject({ value: jsonValueSchema, count: z.number() })),
  truncated: z.boolean(),
});

/** In cloud mode: only the types of recently changed records, without counts. */
export const recordTypeListSchema = z.looseObject({
  data: z.array(z.looseObject({ type: z.string(), count: z.optional(z.number()) })),
});

export const listRecordResultsQuerySchema = z.object({
  page: z.optional(wholeNumberText),
  limit: z.optional(wholeNumberText),
});

export const recordResultPageSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      recordId: z.string(),
      promptId: z.nullable(z.string()),
      promptName: z.nullable(z.string()),
      flowId: z.nullable(z.string()),
      flowName: z.nullable(z.string()),
      status: z.string(),
      createdAt: timestampSchema,
      result: z.optional(jsonValueSchema),
    }),
  ),
  pagination: z.looseObject({
    page: z.number(),
    limit: z.number(),
    hasMore: z.boolean(),
    hasPrev: z.boolean(),
    total: z.optional(z.number()),
    totalPages: z.optional(z.number()),
  }),
});

export const deleteRecordResultBodySchema = z.looseObject({ resultId: z.string().check(z.minLength(1)) });

export type FlowRecord = z.infer<typeof flowRecordSchema>;
export type ListRecordsQuery = z.infer<typeof listRecordsQuerySchema>;
export type EditRecordsBody = z.infer<typeof editRecordsBodySchema>;
export type RecordFilter = z.infer<typeof recordFilterSchema>;
export type RecordFilterCondition = z.infer<typeof filterCondition>;
export type RecordFieldValues = z.infer<typeof recordFieldValuesSchema>;
