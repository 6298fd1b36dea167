import * as z from "zod/mini";
import { jsonObject, jsonValue, timestamp } from "./json.ts";
import { pageQuery, pagination } from "./pagination.ts";

/** Bounds of what a record may hold; a body past `bytes`, or a file past `csvBytes`, is answered with 413. */
export const RECORD_LIMITS = {
  bytes: 2 * 1024 * 1024,
  csvBytes: 20 * 1024 * 1024,
  type: 255,
  name: 500,
  ids: 1000,
} as const;

const recordType = z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.type));
const recordName = z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.name));
const wholeNumberText = z.string().check(z.regex(/^-?\d+$/, "a whole number"));

/** A thing that flows run on: what it is (`type`), what it is called and whatever is known of it. */
export const record = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  metadata: jsonObject,
  messages: z.nullable(z.array(jsonValue)),
  productSurfaceId: z.nullable(z.string()),
  userId: z.string(),
  organizationId: z.nullable(z.string()),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const recordPage = z.looseObject({ data: z.array(record), pagination });

/** `search` finds any part of a name, `name` the whole of it; `recordFilter` is a filter as JSON. */
export const listRecordsQuery = z.object({
  ...pageQuery,
  type: z.optional(z.string()),
  search: z.optional(z.string()),
  name: z.optional(z.string()),
  recordFilter: z.optional(z.string()),
});

export const createRecordBody = z.looseObject({
  type: recordType,
  name: recordName,
  metadata: z.optional(jsonObject),
  messages: z.optional(z.nullable(z.array(jsonValue))),
});

/** `metadata` replaces what was there. */
export const updateRecordBody = z.looseObject({
  type: z.optional(recordType),
  name: z.optional(recordName),
  metadata: z.optional(jsonObject),
  messages: z.optional(z.nullable(z.array(jsonValue))),
});

export const deleteRecordsBody = z.looseObject({
  ids: z.array(z.string()).check(z.minLength(1), z.maxLength(RECORD_LIMITS.ids)),
});

export const deletedRecords = z.looseObject({
  success: z.boolean(),
  deleted: z.number(),
  deletedIds: z.array(z.string()),
  notFoundIds: z.optional(z.array(z.string())),
});

/** The operators of a filter's conditions. */
export const FILTER_OPERATORS = [
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

/** A field's name: a dotted path into the metadata, or `name`, `type`, `createdAt`, `updatedAt` of the record itself. */
export const FILTER_FIELD = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}$/;

const filterCondition = z.object({
  field: z.string().check(z.regex(FILTER_FIELD, "a field such as status or address.city")),
  op: z.enum(FILTER_OPERATORS),
  value: z.optional(jsonValue),
});

const filterItems = <Item extends z.core.$ZodType>(item: Item) =>
  z.array(item).check(z.minLength(1), z.maxLength(50));

const innerGroup = z.object({ op: z.enum(["and", "or"]), conditions: filterItems(filterCondition) });

/** What records must be like: one condition, or a group of conditions and groups, one level deep. */
export const recordFilter = z.discriminatedUnion("op", [
  filterCondition,
  z.object({
    op: z.enum(["and", "or"]),
    conditions: filterItems(z.discriminatedUnion("op", [filterCondition, innerGroup])),
  }),
]);

export const previewFilterBody = z.looseObject({ type: recordType, where: z.optional(recordFilter) });

export const filterPreview = z.looseObject({
  type: z.string(),
  matchedCount: z.number(),
  truncated: z.boolean(),
  samples: z.array(z.looseObject({ id: z.string(), name: z.string(), metadata: jsonObject })),
});

/** The answer to a CSV file (multipart: `file`, `nameColumn`, `typeColumn`, `typeValue`): what was made and what not. */
export const uploadedRecords = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  created: z.number(),
  errors: z.number(),
  errorDetails: z.array(z.looseObject({ row: z.number(), message: z.string() })),
  records: z.array(z.looseObject({ id: z.string(), name: z.string() })),
});

export const recordSchemaQuery = z.object({
  type: z.string().check(z.minLength(1)),
  sample: z.optional(wholeNumberText),
});

/** The fields that a type's records have, by a sample of them. */
export const recordSchema = z.looseObject({
  type: z.string(),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      types: z.array(z.string()),
      count: z.number(),
      examples: z.array(jsonValue),
    }),
  ),
  sampledRecords: z.number(),
  totalRecords: z.number(),
  sampledAt: timestamp,
});

export const fieldValuesQuery = z.object({
  type: z.string().check(z.minLength(1)),
  field: z.string().check(z.minLength(1)),
  limit: z.optional(wholeNumberText),
});

export const fieldValues = z.looseObject({
  type: z.string(),
  field: z.string(),
  values: z.array(z.looseObject({ value: jsonValue, count: z.number() })),
  truncated: z.boolean(),
});

/** An extra of this project's server: the API cannot list types. */
export const recordTypeList = z.looseObject({
  data: z.array(z.looseObject({ type: z.string(), count: z.number() })),
});

/** `GET /v1/records/:id/results`: what prompts made of a record, page by page. */
export const recordResultsQuery = z.object({
  page: z.optional(wholeNumberText),
  limit: z.optional(wholeNumberText),
});

export const recordResults = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      recordId: z.string(),
      promptId: z.nullable(z.string()),
      promptName: z.nullable(z.string()),
      flowId: z.nullable(z.string()),
      flowName: z.nullable(z.string()),
      status: z.string(),
      createdAt: timestamp,
      result: z.optional(jsonValue),
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

export const deleteRecordResultBody = z.looseObject({ resultId: z.string().check(z.minLength(1)) });

export type FlowRecord = z.infer<typeof record>;
export type ListRecordsQuery = z.infer<typeof listRecordsQuery>;
export type RecordFilter = z.infer<typeof recordFilter>;
export type FilterCondition = z.infer<typeof filterCondition>;
