import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import { isJsonObject } from "#core/json/json.ts";
import { type KnownServerCapabilities, offersFeature } from "#client/data/queries/capability-queries.ts";
import { type ApiRequest, formatRequestAsCurl, formatRequestAsTypeScript } from "./format-request.ts";

export const CODE_LANGUAGES = ["curl", "typescript"] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

export const CODE_LANGUAGE_LABELS: Readonly<Record<CodeLanguage, string>> = {
  curl: "cURL",
  typescript: "TypeScript",
};

export function formatRequest(request: ApiRequest, language: CodeLanguage): string {
  return language === "curl" ? formatRequestAsCurl(request) : formatRequestAsTypeScript(request);
}

const FLOW_REQUEST_IDS = ["update", "publish", "runOnType", "runBatch", "dispatch"] as const;
export type FlowRequestId = (typeof FLOW_REQUEST_IDS)[number];

export interface FlowRequest extends ApiRequest {
  readonly id: FlowRequestId;
  readonly label: string;
  /** Explains what the request contains or what to replace in it. */
  readonly hint: string;
}

/** Stands for ids that the user has to fill in. */
const RECORD_ID_PLACEHOLDER = "RECORD_ID";
export const RECORD_TYPE_PLACEHOLDER = "RECORD_TYPE";

export interface FlowRequestSources {
  readonly flow: Flow;
  readonly document: FlowDocument;
  readonly server: KnownServerCapabilities | undefined;
  /** The origin of this page, which is also that of the server's API. */
  readonly origin: string;
  readonly recordType: string;
  readonly inputs: readonly string[];
  readonly readsRecord: boolean;
}

/** Lists the requests that act on a flow. They go to the connected API, if there is one, instead of this server. */
export function listFlowRequests(sources: FlowRequestSources): readonly FlowRequest[] {
  const { flow, document, server, origin, recordType, inputs, readsRecord } = sources;
  const base = (server?.upstream ?? origin).replace(/\/$/, "");
  const urlOf = (path: string) => `${base}/v1/flows/${encodeURIComponent(flow.id)}${path}`;
  const versionToken = offersFeature(server, "versionCheck") ? flow.versionToken : undefined;
  const ifMatchHeader: Readonly<Record<string, string>> =
    versionToken === undefined ? {} : { "If-Match": `"${versionToken}"` };
  const ifMatchHint = versionToken === undefined ? "" : " Fails if the flow changed on the server meanwhile.";
  const sample = isJsonObject(flow.sampleMetadata) ? flow.sampleMetadata : {};
  return [
    {
      id: "update",
      label: "Update the flow",
      hint: `Contains the flow as shown, with unsaved edits.${ifMatchHint}`,
      method: "PUT",
      url: urlOf(""),
      headers: ifMatchHeader,
      body: {
        name: document.name,
        ...(document.description !== undefined && { description: document.description }),
        flowSteps: toApiSteps(document.steps),
      },
    },
    {
      id: "publish",
      label: "Publish the saved flow",
      hint: `Publishes the saved draft.${ifMatchHint}`,
      method: "POST",
      url: urlOf("/publish"),
      headers: ifMatchHeader,
      body: undefined,
    },
    {
      id: "runOnType",
      label: "Run on a record type",
      hint: "Runs the saved flow once per record of the type.",
      method: "POST",
      url: urlOf("/run-on-record-type"),
      headers: {},
      body: { recordType },
    },
    {
      id: "runBatch",
      label: "Run on some records",
      hint: `Runs the saved flow in the background. Replace ${RECORD_ID_PLACEHOLDER} with ids of records.`,
      method: "POST",
      url: `${base}/v1/batch/flow`,
      headers: {},
      body: { flowId: flow.id, recordIds: [RECORD_ID_PLACEHOLDER] },
    },
    {
      id: "dispatch",
      label: "Run once with inputs",
      hint: "Runs the saved flow once and returns the result. Fill in the inputs.",
      method: "POST",
      url: `${base}/v1/dispatch`,
      headers: {},
      body: {
        flow: { id: flow.id },
        ...(readsRecord && { record: { name: "Example", type: recordType, metadata: sample } }),
        ...(inputs.length > 0 && { inputs: Object.fromEntries(inputs.map((name) => [name, ""])) }),
        options: { streamResponse: false },
      },
    },
  ];
}
