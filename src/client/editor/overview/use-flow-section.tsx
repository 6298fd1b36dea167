import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { hasSignedInUserApiScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { copyFlowAsCurlAction } from "#client/editor/actions/copy-as.ts";
import { openRunOnRecordsDialogAction } from "#client/editor/actions/publish.ts";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { CodeView, copyCode } from "#client/flow/code/code-view.tsx";
import {
  CODE_LANGUAGES,
  CODE_LANGUAGE_LABELS,
  RECORD_TYPE_PLACEHOLDER,
  formatRequest,
  listFlowRequests,
} from "#client/flow/code/flow-requests.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { FlowOverviewSection, TextButton } from "./flow-overview-section.tsx";

/** The request that runs the flow once, to be copied. Hidden until the flow is published. */
export function UseFlowSection() {
  const editor = useEditor();
  const runReason = useRunOnRecordsReason();
  const flow = useOpenFlowState((state) => state.flow);
  const saved = useOpenFlowState((state) => state.history.base.document);
  const analysis = useFlowAnalysis((state) => state.analysis);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isPublished = getPublishState(flow) !== "draft";
  const readsRecord = (analysis?.recordReads.length ?? 0) > 0;
  const mayReadTypes = hasSignedInUserApiScope(server, "RECORDS:READ");
  const types = useRecordTypes({ isEnabled: isPublished && readsRecord && mayReadTypes }).data;
  const recordType = types?.[0]?.type ?? RECORD_TYPE_PLACEHOLDER;
  const request = useMemo(() => {
    const inputs = (analysis?.inputs ?? []).map(({ name }) => name);
    const sources = {
      flow,
      document: saved,
      server,
      origin: location.origin,
      recordType,
      inputs,
      readsRecord,
    };
    return listFlowRequests(sources).find(({ id }) => id === "dispatch");
  }, [flow, saved, server, recordType, analysis, readsRecord]);
  if (!isPublished || !server || !request) return null;
  return (
    <FlowOverviewSection title="Use this flow">
      <p className="text-sm text-muted">{request.hint}</p>
      <CodeView code={formatRequest(request, "curl")} label={request.label} className="max-h-40" />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {CODE_LANGUAGES.map((language) => (
          <Button
            key={language}
            size="sm"
            onClick={() => copyCode(formatRequest(request, language), language)}
          >
            {`Copy as ${CODE_LANGUAGE_LABELS[language]}`}
          </Button>
        ))}
        <span className="flex flex-wrap gap-x-3">
          <TextButton
            disabledReason={runReason}
            onClick={() => openRunOnRecordsDialogAction.run(editor, NO_ACTION_TARGET_STEPS)}
          >
            Run on records…
          </TextButton>
          <TextButton onClick={() => copyFlowAsCurlAction.run(editor, NO_ACTION_TARGET_STEPS)}>
            Call it from code
          </TextButton>
        </span>
      </div>
    </FlowOverviewSection>
  );
}
