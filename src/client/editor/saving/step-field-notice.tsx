import { useQueryClient } from "@tanstack/react-query";
import { TriangleAlert, X } from "lucide-react";
import { useRef, useState } from "react";
import { useStore } from "zustand";
import type { StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName } from "#core/document/step.ts";
import type { Flow } from "#contract/flow.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import {
  dismissStepFields,
  dismissedStepFields,
  findStepFieldsToReport,
} from "#client/data/api/step-fields.ts";
import { allowsSavesWithUnreadFields } from "#client/data/api/write-flow.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useReturnFocusOnUnmount } from "#client/editor/session/focus.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { formatNumber } from "#client/ui/format/format-count.ts";

/** Reports step fields that the API did not return, or returned with two values. */
export function StepFieldNotice() {
  const flow = useOpenFlowState((state) => state.flow);
  // The banner about a failed save says the same and has more actions.
  const isSaveFailed = useOpenFlowState(({ progress }) => progress.type === "failed");
  const { problem, differences } = findStepFieldsToReport(flow, useStore(dismissedStepFields));
  const isProblemShown = problem !== undefined && !isSaveFailed && !allowsSavesWithUnreadFields(flow.id);
  const text = isProblemShown
    ? `Run conditions may be missing. ${problem} Saving asks first.`
    : describeDifferences(differences);
  return text === undefined ? null : <Notice key={text} text={text} isRetryable={isProblemShown} />;
}

function Notice({ text, isRetryable }: { readonly text: string; readonly isRetryable: boolean }) {
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const [isReading, setReading] = useState(false);
  const notice = useRef<HTMLElement>(null);
  useReturnFocusOnUnmount(notice);
  const { id } = openFlow.getState().flow;

  const retry = async () => {
    setReading(true);
    try {
      const { fillInFields } = await import("#client/document/saving/fill-in-fields.ts");
      openFlow.setState({ fillInFields });
      const askedAt = performance.now();
      const read = await readFlow(id);
      client.setQueryData(flowQueries.detail(id).queryKey, { ...read, askedAt });
      const isStillMissing = read.flow.stepFields?.problem !== undefined;
      announceToScreenReaders(
        isStillMissing ? "Run conditions may still be missing." : "All step fields were read.",
      );
    } catch (error) {
      toasts.show({ text: `Couldn’t read the steps. ${describeRequestErrorForUser(error)}`, tone: "danger" });
    } finally {
      setReading(false);
    }
  };

  return (
    <section
      ref={notice}
      aria-label="Step fields"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-warning-soft py-1.5 pr-2 pl-4 text-sm"
    >
      <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-warning" />
      <p role="alert" className="min-w-48 flex-1 break-words">
        {text}
      </p>
      <div className="flex items-center gap-2">
        {isRetryable && (
          <Button size="sm" busy={isReading} onClick={() => void retry()}>
            Retry
          </Button>
        )}
        <IconButton
          label="Dismiss"
          icon={X}
          size="sm"
          onClick={() => dismissStepFields(openFlow.getState().flow)}
        />
      </div>
    </section>
  );
}

/** Maximum number of fields that the text names; the text only counts the others, so that it stays short. */
const MAX_NAMED_FIELDS = 3;

function describeDifferences(
  differences: NonNullable<Flow["stepFields"]>["differences"],
): string | undefined {
  if (differences.length === 0) return undefined;
  const names = differences.slice(0, MAX_NAMED_FIELDS).map(({ step, path }) => {
    const node = { key: "" as StepKey, fields: step };
    return `${quoteName(describeFieldPath(node, path))} in ${quoteName(getStepName(node))}`;
  });
  const rest = differences.length - names.length;
  const list = rest > 0 ? `${names.join(", ")} and ${formatNumber(rest)} more` : names.join(", ");
  const isOne = differences.length === 1;
  return `The API returned two values for ${list}. Saving keeps the ${isOne ? "value" : "values"} shown here.`;
}
