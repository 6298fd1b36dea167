import type { recordEndpointDefinitions } from "#contract/record-endpoints.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { editRecords } from "#server/records/edit-records.ts";
import { streamRecordsAsCsv } from "#server/records/stream-records-as-csv.ts";
import { listRecordTypes, listRecords } from "#server/records/list-records.ts";
import {
  listFieldValues,
  previewRecordFilter,
  inferRecordSchema,
} from "#server/records/infer-record-schema.ts";
import { getRecord, parseRecordId } from "#server/records/get-record.ts";
import { serializeChangedRecord, serializeRecord } from "#server/records/serialize-record.ts";
import type { RecordServiceDependencies } from "#server/records/record-context.ts";
import {
  listPromptStepResultsOfRecord,
  deletePromptStepResultOfRecord,
} from "#server/records/record-results.ts";
import { importUploadedRecords } from "#server/records/upload-records.ts";
import {
  updateRecordFields,
  createRecord,
  removeRecordsByIds,
  removeRecord,
} from "#server/records/update-record-fields.ts";
import { runOncePerIdempotencyKey } from "./once-per-idempotency-key.ts";
import { readMultipartForm } from "./read-form.ts";
import type { EndpointHandlers } from "./endpoint-handlers.ts";

/** Excludes `listRecordStepResults`, which is served by `run-routes.ts`, because it lists results of runs. */
type RecordEndpointName = Exclude<keyof typeof recordEndpointDefinitions, "listRecordStepResults">;

export function createRecordRoutes(context: RecordServiceDependencies): EndpointHandlers<RecordEndpointName> {
  return {
    listRecords: async ({ caller, query, signal }) => {
      return { status: 200, body: await listRecords(context, caller, query, signal) };
    },

    createRecord: (request) =>
      context.store.write((tx, publish) =>
        runOncePerIdempotencyKey({ context, tx, operation: "POST /v1/records" }, request, async () => {
          const { caller, body } = request;
          return {
            status: 201,
            body: serializeRecord(await createRecord(context, { tx, publish, caller }, body)),
          };
        }),
      ),

    exportRecords: async ({ caller, query, signal }) => {
      const stream = await streamRecordsAsCsv(context, caller, query, signal);
      if (!stream) return { status: 204 };
      const headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${fileName(query.type)}"`,
      };
      return { status: 200, stream, headers };
    },

    readRecordSchema: async ({ caller, query }) => {
      return { status: 200, body: await inferRecordSchema(context, caller, query) };
    },

    listFieldValues: async ({ caller, query, signal }) => {
      return { status: 200, value: await listFieldValues(context, caller, query, signal) };
    },

    previewFilter: async ({ caller, body, signal }) => {
      return { status: 200, body: await previewRecordFilter(context, caller, body, signal) };
    },

    deleteRecords: async ({ caller, body }) => {
      return { status: 200, value: await removeRecordsByIds(context, caller, body.ids) };
    },

    editRecords: async ({ caller, body, signal, request }) => {
      request.set("isDryRun", body.dryRun === true);
      return { status: 200, body: await editRecords(context, caller, body, signal) };
    },

    uploadRecords: async ({ caller, request, signal, lease }) => {
      const form = await readMultipartForm(request.req.raw, RECORD_LIMITS.csvBytes, lease);
      return { status: 201, body: await importUploadedRecords(context, caller, form, signal) };
    },

    getRecord: async ({ caller, params }) => {
      return {
        status: 200,
        body: serializeRecord(await getRecord(context, caller, parseRecordId(params.id))),
      };
    },

    updateRecord: async ({ caller, params, body }) => {
      const id = parseRecordId(params.id);
      const row = await context.store.write((tx, publish) =>
        updateRecordFields(context, { tx, publish, caller }, id, body),
      );
      return { status: 200, body: serializeChangedRecord(caller, row, body) };
    },

    deleteRecord: async ({ caller, params }) => {
      await removeRecord(context, caller, parseRecordId(params.id));
      return { status: 204 };
    },

    listRecordResults: async ({ caller, params, query }) => {
      return {
        status: 200,
        body: await listPromptStepResultsOfRecord(context, caller, parseRecordId(params.id), query),
      };
    },

    deleteRecordResult: async ({ caller, params, body }) => {
      await deletePromptStepResultOfRecord(context, caller, parseRecordId(params.id), body.resultId);
      return { status: 204 };
    },

    listRecordTypes: async ({ caller }) => {
      return { status: 200, value: { data: await listRecordTypes(context, caller) } };
    },
  };
}

function fileName(type = ""): string {
  const name = type.replaceAll(/[^\w-]+/g, "-").slice(0, 60);
  return name === "" ? "records.csv" : `${name}.csv`;
}
