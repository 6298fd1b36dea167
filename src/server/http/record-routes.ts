import { RECORD_LIMITS } from "#contract/record.ts";
import { answerOnce } from "#server/flows/idempotent.ts";
import { exportRecords } from "#server/records/export-records.ts";
import { listRecordTypes, listRecords } from "#server/records/list-records.ts";
import { listFieldValues, previewFilter, readRecordSchema } from "#server/records/look-into-records.ts";
import { getRecord, readRecordId } from "#server/records/record-access.ts";
import { recordText } from "#server/records/record-answer.ts";
import type { RecordContext } from "#server/records/record-context.ts";
import { listRecordResults, removeRecordResult } from "#server/records/record-results.ts";
import { changeRecord, createRecord, removeManyRecords, removeRecord } from "#server/records/write-record.ts";
import { readForm } from "./read-form.ts";
import type { ApiRequest, Route } from "./route.ts";

/** Records, fixed paths before those with an id. */
export function recordRoutes(context: RecordContext): readonly Route[] {
  const id = ({ params }: ApiRequest) => readRecordId(params["id"]);
  return [
    { endpoint: "listRecords", answer: ({ caller, query }) => listRecords(context, caller, query) },
    {
      endpoint: "createRecord",
      answer: ({ caller, body, bodyText, headers }) => {
        const keyed = { key: headers.idempotencyKey, route: "POST /v1/records", bodyText };
        return context.store.write((tx, tell) =>
          answerOnce(context, tx, caller, keyed, () => createRecord(context, tx, tell, caller, body)),
        );
      },
    },
    { endpoint: "exportRecords", answer: ({ caller, query }) => exportRecords(context, caller, query) },
    { endpoint: "readRecordSchema", answer: ({ caller, query }) => readRecordSchema(context, caller, query) },
    { endpoint: "listFieldValues", answer: ({ caller, query }) => listFieldValues(context, caller, query) },
    { endpoint: "previewFilter", answer: ({ caller, body }) => previewFilter(context, caller, body) },
    { endpoint: "deleteRecords", answer: ({ caller, body }) => removeManyRecords(context, caller, body) },
    {
      endpoint: "uploadRecords",
      answer: async ({ caller, request }) => {
        // The parser comes with the first file, so that the server starts without it.
        const { uploadRecords } = await import("#server/records/upload-records.ts");
        return uploadRecords(context, caller, await readForm(request.req.raw, RECORD_LIMITS.csvBytes));
      },
    },
    {
      endpoint: "getRecord",
      answer: async (request) => {
        const row = await getRecord(context, request.caller, id(request));
        return { status: 200, body: recordText(row) };
      },
    },
    {
      endpoint: "updateRecord",
      answer: (request) => changeRecord(context, request.caller, id(request), request.body),
    },
    { endpoint: "deleteRecord", answer: (request) => removeRecord(context, request.caller, id(request)) },
    {
      endpoint: "listRecordResults",
      answer: (request) => listRecordResults(context, request.caller, id(request), request.query),
    },
    {
      endpoint: "deleteRecordResult",
      answer: ({ caller, body, ...request }) =>
        removeRecordResult(context, caller, readRecordId(request.params["id"]), body["resultId"] as string),
    },
    { endpoint: "listRecordTypes", answer: ({ caller }) => listRecordTypes(context, caller) },
  ];
}
