import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StepUseKind } from "#contract/step-search.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser, isRetryableError } from "#client/data/api/api-error.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { stepSearchQueries } from "#client/data/queries/step-search-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { MatchedFlowList, useMatchedFlows } from "./matched-flows.tsx";
import { STEP_USE_KIND_LABELS } from "./step-use-kind-labels.ts";

const ReplaceModelDialog = createLazyDialog(
  async () => (await import("./replace-model-dialog.tsx")).ReplaceModelDialog,
);

export interface StepUseSubject {
  readonly kind: StepUseKind;
  readonly name: string;
}

type StepUsesDialogProps = StepUseSubject & {
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Lists all saved flows and steps that use a variable, model, secret, record type or step type. */
export function StepUsesDialog({ kind, name, onClose, returnFocus }: StepUsesDialogProps) {
  const query = useInfiniteQuery(stepSearchQueries.uses(kind, name));
  const viewOnlyReason = useMissingScope("FLOWS:WRITE");
  const [isReplacing, setReplacing] = useState(false);
  const { rows, ...counted } = useMatchedFlows(query);
  const isLoaded = query.data !== undefined;
  const isEmpty = isLoaded && rows.length === 0 && !query.hasNextPage;
  return (
    <Dialog
      title={`Uses of ${quoteName(name)}`}
      description={`${STEP_USE_KIND_LABELS[kind]} in saved flows${isLoaded ? ` · ${describeCount(counted)}` : ""}`}
      size="lg"
      onClose={onClose}
      {...(returnFocus && { returnFocus })}
      footer={
        kind === "model" &&
        isLoaded &&
        !isEmpty && (
          <Button disabledReason={viewOnlyReason} onClick={() => setReplacing(true)}>
            Replace model in these flows…
          </Button>
        )
      }
    >
      {!query.data && !query.error && <SkeletonRows label="Loading the uses" rows={5} />}
      {!query.data && query.error && (
        <ErrorState
          title="Couldn’t load the uses"
          text={describeRequestErrorForUser(query.error)}
          headingLevel={3}
          retrying={query.isFetching}
          {...(isRetryableError(query.error) && { onRetry: () => void query.refetch() })}
        />
      )}
      {isEmpty && (
        <p className="text-sm text-muted">
          {kind === "variable"
            ? "No saved flow uses this variable. Unsaved edits are not searched."
            : `No saved flow uses this ${STEP_USE_KIND_LABELS[kind].toLowerCase()}.`}
        </p>
      )}
      <MatchedFlowList label={`Flows that use ${name}`} flows={rows} query={query} isNamed onOpen={onClose} />
      {isReplacing && <ReplaceModelDialog model={name} onClose={() => setReplacing(false)} />}
    </Dialog>
  );
}

interface Counted {
  readonly total: number | undefined;
  readonly totalAbove: number | undefined;
}

function describeCount({ total, totalAbove }: Counted): string {
  if (total !== undefined) return formatCount(total, "flow");
  return `more than ${formatNumber(totalAbove ?? 0)} flows`;
}
