import type { endpoints } from "#contract/endpoints.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createSetVariableStep } from "./run-data.ts";
import type { TestRequestOptions } from "./test-app.ts";

type Endpoints = typeof endpoints;
export type WritingEndpointName = {
  [name in keyof Endpoints]: Endpoints[name]["method"] extends "GET" ? never : name;
}[keyof Endpoints];

interface Subjects {
  readonly flowId: string;
  readonly versionId: string;
  readonly recordIds: readonly string[];
}

type BuildRequest = (subjects: Subjects) => readonly [path: string, options?: TestRequestOptions];

const STEPS = [createSetVariableStep("a", 1), buildConditional("c", [buildStep("b", { when: "a" })])];
const WHERE = { op: "and", conditions: [{ field: "a.b", op: "between", value: [1, 2] }] };

const ALERT = {
  flowId: null,
  conditions: ["fails"],
  notRunMinutes: null,
  target: { type: "webhook", url: "https://192.0.32.8/alerts" },
  isEnabled: true,
};

/** A request for each endpoint that may write. A new endpoint that writes needs an entry. */
export const WRITES: Readonly<Record<WritingEndpointName, BuildRequest>> = {
  createFlow: () => ["/v1/flows", { body: { ...buildFlow("New", STEPS), tags: ["fresh"] } }],
  updateFlow: ({ flowId }) => [`/v1/flows/${flowId}`, { body: { name: "Renamed", description: "x" } }],
  deleteFlow: ({ flowId }) => [`/v1/flows/${flowId}`],
  publishFlow: ({ flowId }) => [`/v1/flows/${flowId}/publish`],
  publishVersion: ({ flowId, versionId }) => [`/v1/flow-versions/${flowId}/publish`, { body: { versionId } }],
  changeFlowTags: ({ flowId }) => [`/local/flows/${flowId}/tags`, { body: { add: ["urgent"] } }],
  validateFlow: () => ["/v1/public/flows/validate", { body: buildFlow("Valid", STEPS) }],
  runOnRecordType: ({ flowId }) => [
    `/v1/flows/${flowId}/run-on-record-type`,
    { body: { recordType: "customer" } },
  ],
  startBatch: ({ flowId, recordIds }) => [
    "/v1/batch/flow",
    { body: { flowId, recordIds, options: { maxRetries: 1, recordConcurrency: 2 } } },
  ],
  retryBatch: () => ["/local/batches/batch_1/retry"],
  cancelBatch: () => ["/v1/batch/cancel/batch_1"],
  createSchedule: ({ flowId }) => [
    "/v1/schedules",
    { body: { target: { flowId }, trigger: { type: "recurring", cron: "0 9 * * *", timezone: "UTC" } } },
  ],
  updateSchedule: () => ["/v1/schedules/schedule_1", { body: { name: "Other" } }],
  deleteSchedule: () => ["/v1/schedules/schedule_1"],
  pauseSchedule: () => ["/v1/schedules/schedule_1/pause"],
  resumeSchedule: () => ["/v1/schedules/schedule_1/resume"],
  runScheduleNow: () => ["/v1/schedules/schedule_1/run-now"],
  dispatch: ({ flowId }) => [
    "/v1/dispatch",
    {
      body: { flow: { id: flowId }, inputs: {}, messages: [], secrets: {}, options: { storeResults: true } },
    },
  ],
  createAlert: ({ flowId }) => ["/local/alerts", { body: { ...ALERT, flowId } }],
  updateAlert: () => ["/local/alerts/alert_1", { body: ALERT }],
  deleteAlert: () => ["/local/alerts/alert_1"],
  rotateAlertSecret: () => ["/local/alerts/alert_1/secret"],
  testAlert: () => ["/local/alerts/alert_1/test"],
  createRecord: () => ["/v1/records", { body: { type: "customer", name: "One more", metadata: { a: 1 } } }],
  updateRecord: ({ recordIds }) => [`/v1/records/${recordIds[0]}`, { body: { name: "Other" } }],
  deleteRecord: ({ recordIds }) => [`/v1/records/${recordIds[0]}`],
  deleteRecords: ({ recordIds }) => ["/v1/records/bulk-delete", { body: { ids: recordIds.slice(1) } }],
  editRecords: ({ recordIds }) => ["/v1/records/bulk-edit", { body: { recordIds, updates: { a: 1 } } }],
  uploadRecords: () => ["/v1/records/upload-csv", { form: new FormData() }],
  previewFilter: () => ["/v1/records/preview-filter", { body: { type: "customer", where: WHERE } }],
  deleteRecordResult: ({ recordIds }) => [
    `/v1/records/${recordIds[0]}/results`,
    { body: { resultId: "stepres_1" } },
  ],
  checkSecrets: () => ["/local/secrets/check", { body: { names: ["KEY"] } }],
  checkScript: () => ["/local/scripts/check", { body: { code: "return 1" } }],
  createSession: () => ["/local/session", { body: { key: "none" } }],
  deleteSession: () => ["/local/session"],
};
