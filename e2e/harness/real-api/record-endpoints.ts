import { NotSimulatedError, type RealApiEndpoint, RealApiError, anyValue } from "./endpoint.ts";
import { answerPage } from "./flow-answers.ts";
import * as schemas from "./record-schemas.ts";
import { ORGANIZATION_ID, type RealApiState, type StoredRecord, USER_ID } from "./state.ts";

const FILTERS = anyValue(
  "type search name distinct includeFields include_fields product_surface_id metadata_keys metadata_keys_all " +
    "min_fields max_fields metadata_types has_large_fields min_size_kb max_size_kb recordFilter",
);

export const recordEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "GET",
    path: "/v1/records",
    query: { ...FILTERS, ...anyValue("limit cursor includeCount"), direction: ["next", "prev"] },
    answers: { 200: schemas.recordPage },
    scope: "RECORDS:READ",
    handle: (state, { query }) => {
      const { rows, pagination } = answerPage(state, selectRecords(state, query), query);
      return { data: rows.map((record) => answerRecord(state, record)), pagination };
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
      return answerRecord(state, record);
    },
  },
  {
    method: "GET",
    path: "/v1/records/schema",
    query: { type: "required", sample: "any" },
    answers: { 200: schemas.recordTypeSchema },
    scope: "RECORDS:READ",
  },
  {
    method: "GET",
    path: "/v1/records/field-values",
    query: { type: "required", field: "required", limit: "any" },
    answers: { 200: schemas.fieldValues },
    scope: "RECORDS:READ",
  },
  {
    method: "GET",
    path: "/v1/records/export",
    query: FILTERS,
    answers: { 200: "csv", 204: "empty" },
    scope: "RECORDS:READ",
  },
  {
    method: "POST",
    path: "/v1/records/preview-filter",
    body: schemas.previewFilterBody,
    answers: { 200: schemas.filterPreview },
    scope: "RECORDS:READ",
  },
  {
    method: "POST",
    path: "/v1/records/bulk-delete",
    body: schemas.bulkDeleteBody,
    answers: { 200: schemas.bulkDeleted },
    scope: "RECORDS:DELETE",
  },
  {
    method: "POST",
    path: "/v1/records/bulk-edit",
    body: schemas.bulkEditBody,
    answers: { 200: schemas.bulkEdited },
    scope: "RECORDS:WRITE",
  },
  {
    method: "POST",
    path: "/v1/records/upload-csv",
    body: "form",
    answers: { 201: schemas.csvUploaded },
    scope: "RECORDS:WRITE",
  },
  {
    method: "GET",
    path: "/v1/records/:id",
    answers: { 200: schemas.record },
    scope: "RECORDS:READ",
    handle: (state, { params }) => answerRecord(state, state.getRecord(params["id"] ?? "")),
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
      return answerRecord(state, record);
    },
  },
  {
    method: "DELETE",
    path: "/v1/records/:id",
    answers: { 204: "empty" },
    scope: "RECORDS:DELETE",
  },
];

interface RecordBody {
  readonly type: string;
  readonly name: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly messages?: readonly unknown[] | null;
}

function refuseSameName(state: RealApiState, type: string, name: string): void {
  const isTaken = [...state.records.values()].some((record) => record.type === type && record.name === name);
  if (isTaken) throw new RealApiError(409, `A record "${name}" of type "${type}" already exists`);
}

/** Returns the records that the query parameters of a list select, latest change first. */
export function selectRecords(state: RealApiState, query: URLSearchParams): readonly StoredRecord[] {
  if (query.has("recordFilter")) throw new NotSimulatedError("recordFilter is not simulated");
  const [type, name] = [query.get("type"), query.get("name")];
  const search = (query.get("search") ?? "").toLowerCase();
  return [...state.records.values()]
    .filter((record) => type === null || record.type === type)
    .filter((record) => name === null || record.name === name)
    .filter((record) => record.name.toLowerCase().includes(search))
    .toSorted((one, other) => other.updatedAt - one.updatedAt);
}

function answerRecord(state: RealApiState, record: StoredRecord): Readonly<Record<string, unknown>> {
  return {
    id: record.id,
    type: record.type,
    name: record.name,
    metadata: record.metadata,
    messages: record.messages,
    productSurfaceId: null,
    userId: USER_ID,
    organizationId: ORGANIZATION_ID,
    createdAt: state.time(record.createdAt),
    updatedAt: state.time(record.updatedAt),
    ...(state.switches.nextYear && { retention: { days: 30 } }),
  };
}
