import { useQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useMemo, useState } from "react";
import type { Flow } from "#contract/flow.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { type FlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import { isJsonObject } from "#core/json/json.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useRecordTypes } from "#client/flow/use-record-types.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { copyTextToClipboard } from "#client/ui/hooks/browser-features.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import {
  API_KEY_VARIABLE,
  formatRequestAsCurl,
  formatRequestAsTypeScript,
  type ApiRequest,
} from "./format-request.ts";

export const CODE_LANGUAGES = ["curl", "typescript"] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

const languageLabels: Readonly<Record<CodeLanguage, string>> = { curl: "cURL", typescript: "TypeScript" };

type FlowCodeDialogProps = {
  readonly flow: Flow;
  readonly document: FlowDocument;
  /** Whether `JSON.parse` rounded a number of the flow, so that the code would contain the rounded number. */
  readonly isInexact: boolean;
  readonly language: CodeLanguage;
  readonly inputs: readonly string[];
  readonly readsRecord: boolean;
  readonly onClose: () => void;
};

/** Shows a request that acts on the flow as code, to be copied. */
export function FlowCodeDialog({ flow, document, isInexact, onClose, ...initial }: FlowCodeDialogProps) {
  const { inputs, readsRecord } = initial;
  const [language, setLanguage] = useState(initial.language);
  const [chosenId, setChosenId] = useState<FlowRequestId>("update");
  const [chosenType, setChosenType] = useState<string>();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const types = useRecordTypes({ isEnabled: server?.records === true }).data ?? [];
  const recordType = chosenType ?? types[0]?.type ?? RECORD_TYPE_PLACEHOLDER;
  const requests = useMemo(
    () =>
      listFlowRequests({
        flow,
        document,
        server,
        origin: location.origin,
        recordType,
        inputs,
        readsRecord,
      }),
    [flow, document, server, recordType, inputs, readsRecord],
  );
  const request = requests.find(({ id }) => id === chosenId) ?? requests[0];
  const code = useMemo(() => {
    if (!request) return "";
    return language === "curl" ? formatRequestAsCurl(request) : formatRequestAsTypeScript(request);
  }, [request, language]);
  const usesType = request?.id === "runOnType" || (request?.id === "dispatch" && readsRecord);
  const blocked =
    isInexact && request?.id === "update" ? "A number in this flow is too precise to copy." : undefined;
  const variable = language === "curl" ? `$${API_KEY_VARIABLE}` : `process.env.${API_KEY_VARIABLE}`;

  return (
    <Dialog
      title={`Copy as ${languageLabels[language]}`}
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            variant="primary"
            icon={Copy}
            data-autofocus=""
            disabledReason={blocked}
            onClick={() => copyCode(code, languageLabels[language])}
          >
            Copy
          </Button>
        </>
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label="Request"
          options={requests.map(({ id, label }) => ({ value: id, label }))}
          value={request?.id ?? ""}
          onChange={({ target }) => setChosenId(target.value as FlowRequestId)}
        />
        <Select
          label="Language"
          options={CODE_LANGUAGES.map((value) => ({ value, label: languageLabels[value] }))}
          value={language}
          onChange={({ target }) => setLanguage(target.value as CodeLanguage)}
        />
        {usesType && types.length > 0 && (
          <Select
            label="Record type"
            options={types.map(({ type }) => ({ value: type, label: type }))}
            value={recordType}
            onChange={({ target }) => setChosenType(target.value)}
          />
        )}
      </div>
      <p className="mt-3 text-sm text-muted">
        {blocked ?? request?.hint} Reads the API key from{" "}
        <code className="font-mono text-xs">{variable}</code>.
      </p>
      <CodeView code={code} label={`${request?.label ?? ""} as ${languageLabels[language]}`} />
    </Dialog>
  );
}

function copyCode(code: string, language: string): void {
  if (copyTextToClipboard(code)) toasts.show({ text: `Copied as ${language}.` });
  else toasts.show({ text: "Couldn’t copy. The browser blocked clipboard access.", tone: "danger" });
}

/**
 * Maximum number of rendered lines: thousands of elements make the dialog slow. Copying includes all lines.
 */
const MAX_LINES = 300;

type CodeViewProps = { readonly code: string; readonly label: string };

function CodeView({ code, label }: CodeViewProps) {
  const lines = code.trimEnd().split("\n");
  const hidden = lines.length - MAX_LINES;
  return (
    <>
      <pre
        // Focusable, because keyboard users can scroll only a focusable element.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label={label}
        dir="ltr"
        className="focus-inset mt-2 max-h-[45dvh] overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5"
      >
        {lines.slice(0, MAX_LINES).map((line, index) => (
          <span key={index}>
            <CodeLine line={line} />
            {"\n"}
          </span>
        ))}
      </pre>
      {hidden > 0 && (
        <p className="mt-1 text-xs text-muted">
          {formatCount(hidden, "more line")}. Copy includes all lines.
        </p>
      )}
    </>
  );
}

/**
 * Matches the colored tokens. Groups, in the order of `tokenClasses`: key, colon, text, environment variable,
 * keyword or option, number.
 */
const TOKEN =
  /("(?:[^"\\]|\\.)*")(\s*:)|("(?:[^"\\]|\\.)*"|'[^']*')|(\$\w+|process\.env\.\w+)|(\b(?:const|await|if|throw|new|true|false|null|curl)\b|(?<=\s)-{1,2}[\w-]+)|(\b\d+(?:\.\d+)?\b)/g;

const tokenClasses = ["text-accent", "", "text-success", "text-warning", "text-accent", "text-warning"];

function CodeLine({ line }: { readonly line: string }) {
  const parts = [];
  let end = 0;
  for (const match of line.slice(0, 2000).matchAll(TOKEN)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    const token = match[kind + 1] ?? "";
    parts.push(line.slice(end, match.index));
    parts.push(
      <span key={match.index} className={tokenClasses[kind]}>
        {token}
      </span>,
    );
    end = match.index + token.length;
  }
  return [...parts, line.slice(end)];
}

const FLOW_REQUEST_IDS = ["update", "publish", "runOnType", "runBatch", "dispatch"] as const;
type FlowRequestId = (typeof FLOW_REQUEST_IDS)[number];

interface FlowRequest extends ApiRequest {
  readonly id: FlowRequestId;
  readonly label: string;
  /** Explains what the request contains or what to replace in it. */
  readonly hint: string;
}

/** Stands for ids that the user has to fill in. */
const RECORD_ID_PLACEHOLDER = "RECORD_ID";
const RECORD_TYPE_PLACEHOLDER = "RECORD_TYPE";

interface FlowRequestSources {
  readonly flow: Flow;
  readonly document: FlowDocument;
  readonly server: Pick<ServerCapabilities, "mode" | "upstream" | "versionTokens" | "runs"> | undefined;
  /** The origin of this page, which is also that of the server's API. */
  readonly origin: string;
  readonly recordType: string;
  readonly inputs: readonly string[];
  readonly readsRecord: boolean;
}

/** Lists the requests that act on a flow. In cloud mode, they go to the connected API instead of this server. */
function listFlowRequests(sources: FlowRequestSources): readonly FlowRequest[] {
  const { flow, document, server, origin, recordType, inputs, readsRecord } = sources;
  const isCloud = server?.mode === "cloud";
  const base = isCloud && server.upstream !== undefined ? server.upstream.replace(/\/$/, "") : origin;
  const urlOf = (path: string) => `${base}/v1/flows/${encodeURIComponent(flow.id)}${path}`;
  const ifMatchHeader: Readonly<Record<string, string>> =
    flow.versionToken === undefined ? {} : { "If-Match": `"${flow.versionToken}"` };
  const ifMatchHint =
    flow.versionToken === undefined ? "" : " Fails if the flow changed on the server meanwhile.";
  const sample = isJsonObject(flow.sampleMetadata) ? flow.sampleMetadata : {};
  const requests: readonly FlowRequest[] = [
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
  const canRun = isCloud || server?.runs !== false;
  return requests.filter(({ id }) => canRun || id === "update" || id === "publish");
}
