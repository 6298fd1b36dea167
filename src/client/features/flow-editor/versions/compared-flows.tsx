import { useMemo } from "react";
import { countChanges, describeCounts } from "#core/difference/count-changes.ts";
import { describeChanges } from "#core/difference/describe-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { formatFlow } from "#core/format-flow.ts";
import { findStep } from "#core/step-list.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { DifferenceLine } from "#client/flow/difference-line.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { capitalise } from "./side-select.tsx";

const TextComparison = lazyPart(async () => (await import("#client/ui/text-comparison.tsx")).TextComparison, {
  fallback: <SkeletonRows label="Loading the comparison" rows={8} />,
});

type ComparedFlowsProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  /** As parts of a sentence. */
  readonly beforeName: string;
  readonly afterName: string;
  readonly isJson: boolean;
  readonly isInexact: boolean;
};

/** What one side has and the other has not: on the line and in words, or as JSON beside each other. */
export function ComparedFlows(props: ComparedFlowsProps) {
  const { before, after, beforeName, afterName, isJson, isInexact } = props;
  const changes = useMemo(() => findChanges(before, after), [before, after]);
  if (changes.length === 0) {
    return (
      <EmptyState title="No difference" text={`${capitalise(beforeName)} and ${afterName} say the same.`} />
    );
  }
  return (
    <>
      {isInexact && (
        <p role="status" className="shrink-0 bg-warning-soft px-3 py-1.5 text-sm text-warning sm:px-4">
          One side holds a number that this page cannot keep exactly, so that number may be shown as another.
        </p>
      )}
      {isJson ? (
        <AsJson {...props} />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto px-3 pt-3 pb-16 sm:px-4">
          <div className="max-w-4xl">
            <p className="text-sm text-muted">
              From {beforeName} to {afterName}: {describeCounts(countChanges(changes))}.
            </p>
            <DifferenceLine before={before} after={after} className="mt-3" />
            <InWords {...{ before, after, changes }} />
          </div>
        </div>
      )}
    </>
  );
}

type InWordsProps = Pick<ComparedFlowsProps, "before" | "after"> & {
  readonly changes: ReturnType<typeof findChanges>;
};

function InWords({ before, after, changes }: InWordsProps) {
  const lines = useMemo(
    () => describeChanges(before, after, changes, describeFieldPath),
    [before, after, changes],
  );
  return (
    <ChangeList
      label="Differences"
      lines={lines}
      findStep={(key) => findStep(after, key) ?? findStep(before, key)}
    />
  );
}

function AsJson({ before, after, beforeName, afterName }: ComparedFlowsProps) {
  const texts = useMemo(() => ({ before: formatFlow(before), after: formatFlow(after) }), [before, after]);
  return (
    <TextComparison
      {...texts}
      beforeLabel={capitalise(beforeName)}
      afterLabel={capitalise(afterName)}
      language="json"
    />
  );
}
