import { type RealApiEndpoint, RealApiError, anyValue } from "./endpoint.ts";
import { answerPage, readLimit } from "./flow-answers.ts";
import { matchesFilter, readField, selectRecords } from "./record-filter.ts";
import * as schemas from "./record-schemas.ts";
import { answerRecord, editRecords, readUploadedRecords, writeCsv } from "./record-answers.ts";
import type { RealApiState, StoredRecord } from "./state.ts";

const FILTERS = anyValue(
  "type search name distinct includeFields include_fields product_surface_id metadata_keys metadata_keys_all " +
    "min_fields max_fields metadata_types has_large_fields min_size_kb max_size_kb recordFilter",
);

const MAX_SAMPLES = 5;

export const recordEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "GET",
    path: "/v1/records",
    query: { ...FILTERS, ...anyValue("limit cursor includeCount"), direction: ["next", "prev"] },
    answers: { 200: schemas.recordPage },
    scope: "RECORDS:READ",
    handle: (state, { query }) => {
      const { rows, pagination } = answerPage(state, selectRecords(state, query), query);
      return { status: 200, body: { data: rows.map((record) => answerRecord(state, record)), pagination } };
    },
  },
  {
    method: "POST",
    path: "/v1/records",
    body: schemas.createRecordBody,
    answers: { 201: schemas.record },
    scope: "RECORDS:WRITE",
    handle: (state, { body }) => {
      const { type, name, metadata, messages = null } = body as RecordBody;
      refuseSameName(state, type, name);
      const record = state.addRecord(type, name, metadata);
      record.messages = messages;
      return { status: 201, body: answerRecord(state, record) };
    },
  },
  {
    method: "GET",
    path: "/v1/records/schema",
    query: { type: "required", sample: "any" },
    answers: { 200: schemas.recordTypeSchema },
    scope: "RECORDS:READ",
    handle: (state, { query }) => {
      const type = query.get("type") ?? "";
      const records = selectRecords(state, new URLSearchParams({ type }));
      const names = new Set(records.flatMap(({ metadata }) => Object.keys(metadata)));
      const fields = [...names].map((field) => {
        const values = records.map((record) => readField(state, record, field));
        const given = values.filter((value) => value !== undefined);
        return { path: field, types: [...new Set(given.map((value) => typeof value))], count: given.length };
      });
      const total = records.length;
      return {
        status: 200,
        body: {
          type,
          fields,
          sampledRecords: total,
          totalRecords: total,
          sampledAt: state.time(state.now()),
        },
      };
    },
  },
  {
    method: "GET",
    path: "/v1/records/field-values",
    query: { type: "required", field: "required", limit: "any" },
    answers: { 200: schemas.fieldValues },
    scope: "RECORDS:READ",
    handle: (state, { query }) => {
      const [type, field] = [query.get("type") ?? "", query.get("field") ?? ""];
      const counts = new Map<unknown, number>();
      for (const record of selectRecords(state, new URLSearchParams({ type }))) {
        const value = readField(state, record, field);
        if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const values = [...counts].map(([value, count]) => ({ value, count }));
      const limit = readLimit(query, 20);
      return {
        status: 200,
        body: { type, field, values: values.slice(0, limit), truncated: values.length > limit },
      };
    },
  },
  {
    method: "GET",
    path: "/v1/records/export",
    query: FILTERS,
    answers: { 200: "csv", 204: "empty" },
    scope: "RECORDS:READ",
    handle: (state, { query }) => {
      const records = selectRecords(state, query);
      return records.length === 0 ? { status: 204 } : { status: 200, csv: writeCsv(records) };
    },
  },
  {
    method: "POST",
    path: "/v1/records/preview-filter",
    body: schemas.previewFilterBody,
    answers: { 200: schemas.filterPreview },
    scope: "RECORDS:READ",
    isRead: true,
    handle: (state, { body }) => {
      const { type, where } = body as FilterBody;
      const found = filterRecords(state, { type, where });
      const samples = found.slice(0, MAX_SAMPLES).map(({ id, name, metadata }) => ({ id, name, metadata }));
      return { status: 200, body: { type, matchedCount: found.length, truncated: false, samples } };
    },
  },
  {
    method: "POST",
    path: "/v1/records/bulk-delete",
    body: schemas.bulkDeleteBody,
    answers: { 200: schemas.bulkDeleted },
    scope: "RECORDS:DELETE",
    handle: (state, { body }) => {
      const { ids } = body as { readonly ids: readonly string[] };
      const deletedIds = ids.filter((id) => state.records.delete(id));
      const notFoundIds = ids.filter((id) => !deletedIds.includes(id));
      return { status: 200, body: { success: true, deleted: deletedIds.length, deletedIds, notFoundIds } };
    },
  },
  {
    method: "POST",
    path: "/v1/records/bulk-edit",
    body: schemas.bulkEditBody,
    answers: { 200: schemas.bulkEdited },
    scope: "RECORDS:WRITE",
    handle: (state, { body }) => {
      const edit = body as Parameters<typeof editRecords>[2] & {
        readonly recordIds?: readonly string[];
        readonly recordFilter?: FilterBody;
      };
      const given = edit.recordIds?.flatMap((id) => state.records.get(id) ?? []);
      const selected = given ?? (edit.recordFilter ? filterRecords(state, edit.recordFilter) : []);
      return { status: 200, body: editRecords(state, selected, edit) };
    },
  },
  {
    method: "POST",
    path: "/v1/records/upload-csv",
    body: "form",
    answers: { 201: schemas.csvUploaded },
    scope: "RECORDS:WRITE",
    handle: async (state, request) => {
      const { rows, errorDetails } = await readUploadedRecords(request);
      const records = rows.map(({ type, name, metadata }) => state.addRecord(type, name, metadata));
      return {
        status: 201,
        body: {
          success: true,
          message: `${records.length} records created`,
          created: records.length,
          errors: errorDetails.length,
          errorDetails,
          records: records.map(({ id, name, type, metadata }) => ({ id, name, type, metadata })),
        },
      };
    },
  },
  {
    method: "GET",
    path: "/v1/records/:id",
    answers: { 200: schemas.record },
    scope: "RECORDS:READ",
    handle: (state, { params }) => ({
      status: 200,
      body: answerRecord(state, state.getRecord(params["id"] ?? "")),
    }),
  },
  {
    method: "PUT",
    path: "/v1/records/:id",
    body: schemas.updateRecordBody,
    answers: { 200: schemas.record },
    scope: "RECORDS:WRITE",
    handle: (state, { params, body }) => {
      const record = state.getRecord(params["id"] ?? "");
      const { type = record.type, name = record.name, metadata, messages } = body as Partial<RecordBody>;
      if (type !== record.type || name !== record.name) refuseSameName(state, type, name);
      Object.assign(record, { type, name, updatedAt: state.now() });
      if (metadata) record.metadata = metadata;
      if (messages !== undefined) record.messages = messages;
      return { status: 200, body: answerRecord(state, record) };
    },
  },
  {
    method: "DELETE",
    path: "/v1/records/:id",
    answers: { 204: "empty" },
    scope: "RECORDS:DELETE",
    handle: (state, { params }) => {
      state.records.delete(state.getRecord(params["id"] ?? "").id);
      return { status: 204 };
    },
  },
];

interface RecordBody {
  readonly type: string;
  readonly name: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly messages?: readonly unknown[] | null;
}

interface FilterBody {
  readonly type: string;
  readonly where?: schemas.RecordFilter;
}

function filterRecords(state: RealApiState, { type, where }: FilterBody): readonly StoredRecord[] {
  const ofType = selectRecords(state, new URLSearchParams({ type }));
  return where ? ofType.filter((record) => matchesFilter(state, record, where)) : ofType;
}

function refuseSameName(state: RealApiState, type: string, name: string): void {
  const isTaken = [...state.records.values()].some((record) => record.type === type && record.name === name);
  if (isTaken) throw new RealApiError(409, `A record "${name}" of type "${type}" already exists`);
}
