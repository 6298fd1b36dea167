import type { EndpointName } from "./endpoints.ts";
import { alertEndpointDescriptions } from "./alert-endpoint-descriptions.ts";
import { scheduleEndpointDescriptions } from "./schedule-endpoint-descriptions.ts";

/** Groups of endpoints in the API description, in the order of their listing. */
export const ENDPOINT_TAGS = {
  Flows: "Saved flows: their steps, tags and validation.",
  Versions: "Immutable copies of a flow. The published version is the one that callers run.",
  Runs: "Runs of a saved flow on records, and their results.",
  Schedules: "Due times at which a published flow runs by itself.",
  Dispatch: "Runs a saved or unsaved flow once, with inputs from the request.",
  Alerts: "Mails and requests about runs that fail, recover or do not happen.",
  Records: "The data that flows run on.",
  Server: "Extensions of this server: what it can do, its settings, and changes as they happen.",
} as const;

export type EndpointTag = keyof typeof ENDPOINT_TAGS;

/** Request headers that only some endpoints use. */
export const ENDPOINT_HEADERS = {
  "If-Match": {
    example: '"12-9f86d081884c7d65"',
    description:
      "Version token of the flow that the caller read, from `ETag` or `versionToken`. If the flow changed since, the request fails with 412 and returns the current flow. Without this header, the write is unconditional.",
  },
  "If-None-Match": {
    example: '"12-9f86d081884c7d65.2jmj7l5rSw0yVb_vlWAYkK_YBwk"',
    description:
      "`ETag` of a copy that the caller has. If the response would be the same, it is 304 without a body.",
  },
  "Idempotency-Key": {
    example: "create_01k0zq4r7hx9",
    description:
      "Any 1 to 255 visible ASCII characters. A repeated request with the same key and body returns the first response for a day, with the header `Idempotency-Replayed: true`; with another body it fails with 422, and with 409 while the first is in progress.",
  },
  "Last-Event-ID": {
    example: "42",
    description:
      "Id of the last event that the caller received. The stream starts with `ready` if no event was missed since, else with `resync`.",
  },
  Prefer: {
    example: "respond-async",
    description: "`respond-async` asks for a response before the work is done (RFC 7240).",
  },
  "X-Flowline-Save": {
    example: "save-7f3a",
    description:
      "Id of this save, 1 to 64 letters, digits, `_` or `-`. `saveKeys` of the flow lists it once the save is stored, for a caller that lost the response.",
  },
} as const;

export type EndpointHeader = keyof typeof ENDPOINT_HEADERS;

export interface EndpointDescription {
  readonly tag: EndpointTag;
  readonly description: string;
  readonly headers?: readonly EndpointHeader[];
}

/** Separate from the endpoint table, which every page loads at its start. */
export const endpointDescriptions: Readonly<Record<EndpointName, EndpointDescription>> = {
  listFlows: {
    tag: "Flows",
    description:
      "Lists flows a page at a time, last changed first. `search` matches any part of a name. `nextCursor` leads to the next page and stays valid while flows change.",
    headers: ["If-None-Match"],
  },
  createFlow: {
    tag: "Flows",
    description:
      "Creates a flow with its first draft version. Generates the ids of top-level steps without one.",
    headers: ["Idempotency-Key"],
  },
  getFlow: {
    tag: "Flows",
    description:
      "Returns the saved definition, with its version token in `versionToken` and at the start of `ETag`, which also changes with tags, runs and publishing.",
    headers: ["If-None-Match"],
  },
  updateFlow: {
    tag: "Flows",
    description:
      "Changes the given fields and leaves the others. Unknown fields of steps are stored and returned unchanged. A request without differences writes nothing.",
    headers: ["If-Match", "X-Flowline-Save"],
  },
  deleteFlow: {
    tag: "Flows",
    description: "Deletes the flow and all its versions. This cannot be undone.",
    headers: ["If-Match"],
  },
  listFlowSteps: {
    tag: "Flows",
    description: "Returns the top-level steps of the saved definition as a list of their own.",
  },
  validateFlow: {
    tag: "Flows",
    description:
      "Checks a flow against the rules of a save and reports errors, warnings and recommendations. Needs no key and stores nothing.",
  },
  exportRuntime: {
    tag: "Flows",
    description: "Returns the saved definition in the form that a runtime reads.",
  },
  listFlowTags: {
    tag: "Flows",
    description: "Lists the tags in use, each with the number of flows that have it.",
  },
  changeFlowTags: {
    tag: "Flows",
    description:
      "Adds and removes the given tags in one request, and returns the tags that the flow has then.",
  },
  searchSteps: {
    tag: "Flows",
    description:
      "Searches the names, types, variables and models of all steps, and returns the steps that match with their flows.",
  },
  listStepUses: {
    tag: "Flows",
    description: "Lists where a name is used, by flow and step, a page at a time.",
  },
  publishFlow: {
    tag: "Versions",
    description:
      "Makes the draft an immutable version with the next number and publishes it. Fails with 404 if there is nothing to publish.",
    headers: ["If-Match", "Idempotency-Key"],
  },
  listVersions: {
    tag: "Versions",
    description: "Lists all versions, or a page of them if `limit` or `cursor` is given.",
  },
  getPublishedVersion: {
    tag: "Versions",
    description: "Returns the version that is published now. Fails with 404 if there is none.",
  },
  getVersion: { tag: "Versions", description: "Returns one version with its steps." },
  publishVersion: {
    tag: "Versions",
    description: "Publishes an existing version. The saved definition and its draft stay as they are.",
    headers: ["If-Match", "Idempotency-Key"],
  },
  runOnRecordType: {
    tag: "Runs",
    description:
      "Runs the saved definition once per record of the type. Up to ten records run before the response, unless the request prefers an early response; more run as a batch in the background. A request with a repeated `Idempotency-Key` waits for the same run and returns its results.",
    headers: ["Idempotency-Key", "Prefer"],
  },
  startBatch: {
    tag: "Runs",
    description:
      "Runs a saved flow (`flowId`), or a definition from the request (`flowDefinition`), in the background on stored records (`recordIds`) or on records from the request (`records`).",
    headers: ["Idempotency-Key"],
  },
  getBatch: { tag: "Runs", description: "Returns the status of a batch and how many records are finished." },
  cancelBatch: {
    tag: "Runs",
    description:
      "Stops running records and does not start waiting ones. Finished records keep their results.",
  },
  summariseBatches: { tag: "Runs", description: "Returns running and recently ended batches of all flows." },
  getBatchCost: {
    tag: "Runs",
    description: "Adds up the costs that model providers reported for the batch.",
  },
  listStepResults: {
    tag: "Runs",
    description:
      "Lists the result of each step for each record, filtered by batch, record, step, status or time.",
  },
  getBatchRecordCost: {
    tag: "Runs",
    description: "Returns what the last attempt of a record in a batch cost, 0 if no provider reports it.",
  },
  listBatchRecordSteps: {
    tag: "Runs",
    description: "Lists the step results of one record in a batch, in the order of the steps.",
  },
  listBatches: { tag: "Runs", description: "Lists the batches of one flow a page at a time." },
  retryBatch: {
    tag: "Runs",
    description:
      'Starts a new run in the background: of the failed records, of all, or of those listed (`records`). `version` is `current` (the saved draft) or `same` (the steps that ran). With `from: failedStep`, the outcomes of the steps before the failed one are taken from the stored results, so these steps do not run again, for example `{"records": "failed", "from": "failedStep", "version": "same"}`. If a result was cut or masked, or its step has changed, the run starts at that step; `starts` says where. Steps that run have new idempotency keys. A single run (`isSingle`) repeats its stored inputs, unless `inputs` replaces them, as in `{"inputs": {"topic": "tea"}}`. Without a body, the saved flow runs from the start on the failed records. Fails with 409 if the run is active, nothing failed, or its flow, records or results are gone.',
    headers: ["Idempotency-Key"],
  },
  getRetryOptions: {
    tag: "Runs",
    description:
      "Returns the inputs that a retry of a single run would repeat, which version ran, and at which step each record would start from the failed step.",
  },
  listBatchRecords: {
    tag: "Runs",
    description: "Lists the records of a batch a page at a time, with the outcome of each.",
  },
  getStepOutput: {
    tag: "Runs",
    description: "Returns the output of a step, which lists of results show in part only.",
  },
  listLastStepRuns: {
    tag: "Runs",
    description: "Returns the latest result of each step of a flow, for example to show where it failed.",
  },
  getRunHealth: {
    tag: "Runs",
    description:
      "Returns the number of runs, failures, durations (estimated within 10 %), tokens and cost of the last 7 or 30 days, today included, in total and for each day of `timeZone`. Failures are grouped by step and message, with “…” for numbers and ids.",
  },
  ...alertEndpointDescriptions,
  dispatch: {
    tag: "Dispatch",
    description:
      "Runs a saved flow by its id, or the steps of the request, once. Streams events if `options.streamResponse` is true, else returns the whole result. `flowMode` `create` saves the steps as a new flow first; `upsert` saves them as the draft of the flow with the same id or name if they differ, and fails with 409 if several flows have the name or another client changed the flow since the last upsert. `recordMode` `create` creates the record. Both are written in one transaction before the run, or not at all, and need `FLOWS:WRITE` and `RECORDS:WRITE`. A repeated `Idempotency-Key` neither saves nor runs again: it returns the first response, of a stream all its events. A run with a key does not end when its client disconnects. If `storeResults` is false or the response is longer than 2 MB, the repeated response has the status of the run without its results, and `warnings` says so. If the server ended during the run, the repeated request runs the flow again, and the requests, emails and events of its steps have the same keys as the first time. `warnings` lists the parts of the request that were ignored.",
    headers: ["If-Match", "Idempotency-Key"],
  },
  ...scheduleEndpointDescriptions,
  listRecords: {
    tag: "Records",
    description: "Lists records a page at a time. `recordFilter` is a filter as JSON text.",
  },
  createRecord: {
    tag: "Records",
    description: "Creates a record. Fails with 409 if the type has a record with this name.",
    headers: ["Idempotency-Key"],
  },
  exportRecords: {
    tag: "Records",
    description: "Returns the records of a list as a CSV file; 204 if there are none.",
  },
  readRecordSchema: {
    tag: "Records",
    description:
      "Returns the metadata fields of a sample of the type's records, with their types and examples.",
  },
  listFieldValues: {
    tag: "Records",
    description: "Returns the values of one metadata field with the number of their records.",
  },
  previewFilter: {
    tag: "Records",
    description: "Counts the records that match a filter and returns some of them. Stores nothing.",
  },
  deleteRecords: {
    tag: "Records",
    description:
      "Deletes the given records with their results. Ids that do not exist are returned, not refused.",
  },
  editRecords: {
    tag: "Records",
    description:
      "Edits the metadata of the selected records in one transaction: all or none. Records are selected by ids, a filter and conditions, which must all match, or by `applyToAll`. With `dryRun`, returns the changes without making them.",
  },
  uploadRecords: {
    tag: "Records",
    description:
      "Creates a record per row of a CSV file. Rows with errors are skipped and listed in the response.",
  },
  getRecord: { tag: "Records", description: "Returns one record with its metadata." },
  updateRecord: {
    tag: "Records",
    description: "Changes the given fields. `metadata` replaces the whole stored object.",
  },
  deleteRecord: { tag: "Records", description: "Deletes a record with the results of its runs." },
  listRecordResults: { tag: "Records", description: "Lists the results of prompt steps for the record." },
  deleteRecordResult: { tag: "Records", description: "Deletes one result and leaves the record." },
  listRecordStepResults: {
    tag: "Records",
    description:
      "Lists the step results of the record in all flows, filtered by flow, batch, status or time.",
  },
  listRecordTypes: {
    tag: "Records",
    description: "Lists all record types with the number of their records.",
  },
  getCapabilities: {
    tag: "Server",
    description: "Returns the features that the server supports, and who is signed in. Needs no key.",
  },
  getEnvironment: {
    tag: "Server",
    description:
      "Returns which services runs can use, and the names of secrets for callers who may edit or run flows.",
  },
  streamEvents: {
    tag: "Server",
    description: "Streams changes of flows, records and batches as server-sent events, with heartbeats.",
    headers: ["Last-Event-ID"],
  },
  createSession: {
    tag: "Server",
    description: "Exchanges an API key for a session cookie, so that a browser does not keep the key.",
  },
  deleteSession: { tag: "Server", description: "Ends the session of the cookie." },
  getServerStatus: {
    tag: "Server",
    description: "Returns the version of the server, the state of its store, and its limits.",
  },
  checkModelServer: {
    tag: "Server",
    description: "Connects to the configured model server and returns its models, or why that failed.",
  },
  listModels: {
    tag: "Server",
    description:
      "Lists the models of the configured model server, for suggestions. Asks the model server at most once a minute.",
  },
  listAvailableTools: {
    tag: "Server",
    description:
      "Lists the tools of the connected API, for suggestions. A server without such an API answers 404.",
  },
  listSecrets: {
    tag: "Server",
    description: "Lists secrets by name with the flows and steps that use them. Values are never returned.",
  },
  readUsage: {
    tag: "Server",
    description:
      "Returns the executions of the day and month of the connected API’s account. A server without such an API answers 404.",
  },
  checkSecrets: {
    tag: "Server",
    description:
      "Sorts names by the state of their secret in the connected API’s account. A name that could not be checked is in no list. A server without such an API answers 404.",
  },
  checkScript: {
    tag: "Server",
    description:
      "Lets the connected API check the syntax of a script. A server without such an API answers 404.",
  },
};
