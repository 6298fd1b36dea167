import { useQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useMemo, useState } from "react";
import type { Flow } from "#contract/flow.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { hasSignedInUserApiScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { CodeView, copyCode } from "./code-view.tsx";
import {
  type CodeLanguage,
  CODE_LANGUAGES,
  CODE_LANGUAGE_LABELS,
  type FlowRequestId,
  RECORD_TYPE_PLACEHOLDER,
  formatRequest,
  listFlowRequests,
} from "./flow-requests.ts";
import { API_KEY_VARIABLE } from "./format-request.ts";

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
  const [chosenId, setChosenId] = useState<FlowRequestId>("dispatch");
  const [chosenType, setChosenType] = useState<string>();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const mayReadTypes = hasSignedInUserApiScope(server, "RECORDS:READ");
  const types = useRecordTypes({ isEnabled: mayReadTypes }).data ?? [];
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
    return request ? formatRequest(request, language) : "";
  }, [request, language]);
  const usesType = request?.id === "runOnType" || (request?.id === "dispatch" && readsRecord);
  const blocked =
    isInexact && request?.id === "update" ? "A number in this flow is too precise to copy." : undefined;
  const variable = language === "curl" ? `$${API_KEY_VARIABLE}` : `process.env.${API_KEY_VARIABLE}`;

  return (
    <Dialog
      title={`Copy as ${CODE_LANGUAGE_LABELS[language]}`}
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
            onClick={() => copyCode(code, language)}
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
          options={CODE_LANGUAGES.map((value) => ({ value, label: CODE_LANGUAGE_LABELS[value] }))}
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
      <CodeView
        className="mt-2 max-h-[45dvh]"
        code={code}
        label={`${request?.label ?? ""} as ${CODE_LANGUAGE_LABELS[language]}`}
      />
    </Dialog>
  );
}
