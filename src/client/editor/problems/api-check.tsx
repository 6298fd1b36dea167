import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import {
  type Validator,
  createCurrentFindingLister,
  getValidator,
  validateByApi,
} from "#client/flow/validation/validate-by-api.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";

type CheckState =
  | { readonly type: "idle" | "checking" }
  | { readonly type: "failed"; readonly text: string }
  | { readonly type: "checked"; readonly document: FlowDocument; readonly count: number };

/** A finding is listed with the problems of its step until that step changes. */
export function ApiCheck() {
  const client = useQueryClient();
  const { openFlow, analysis, problems } = useEditor();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const document = useOpenFlowState(({ history }) => history.document);
  const [state, setState] = useState<CheckState>({ type: "idle" });
  const running = useRef<AbortController>(undefined);
  const cancelOnUnmount = useCallback(() => () => running.current?.abort(), []);
  const validator = getValidator(server);
  const refused = explainMissingFeature(server, "flowValidation");
  if (refused !== undefined)
    return <p className="px-4 pb-3 text-xs text-muted">Validation by the API: {refused}</p>;

  const check = async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    openFlow.flush();
    const checked = openFlow.getState().history.document;
    setState({ type: "checking" });
    try {
      const known = analysis.now()?.analysis.problems ?? [];
      const findings = await validateByApi(client, checked, { known, signal: controller.signal });
      problems.setApiFindings(createCurrentFindingLister(checked, findings));
      setState({ type: "checked", document: checked, count: findings.length });
      announceToScreenReaders(describeResult(validator, findings.length));
    } catch (error) {
      if (controller.signal.aborted) return;
      const text = `Couldn’t check the flow. ${describeRequestErrorForUser(error)}`;
      setState({ type: "failed", text });
      announceToScreenReaders(text);
    }
  };
  return (
    <div
      ref={cancelOnUnmount}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pb-3 text-xs text-muted"
    >
      <Button size="sm" busy={state.type === "checking"} onClick={() => void check()}>
        {validator === "API" ? "Check with the API" : "Check again"}
      </Button>
      {state.type === "failed" && <span className="min-w-0 text-danger">{state.text}</span>}
      {state.type === "checked" && (
        <span className="min-w-0">
          {describeResult(validator, state.count)}
          {document !== state.document && " Edited since."}
        </span>
      )}
    </div>
  );
}

/** Describes the findings that the page does not list already. */
function describeResult(validator: Validator, count: number): string {
  return `The ${validator} found ${count === 0 ? "nothing else" : formatCount(count, "more problem")}.`;
}
