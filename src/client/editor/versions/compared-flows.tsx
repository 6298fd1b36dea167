import { capitalize } from "#client/ui/format/capitalize.ts";
import { useMemo } from "react";
import { countDocumentChangesByKind, describeChangeCounts } from "#core/difference/count-changes.ts";
import { describeDocumentChanges } from "#core/difference/describe-changes.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { formatFlowAsJson } from "#core/document/format-flow.ts";
import { findStep } from "#core/document/step-list.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { FlowDifferenceDiagram } from "#client/flow/flow-difference-diagram.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";

const TextComparison = createLazyComponent(
  async () => (await import("#client/flow/comparison/text-comparison.tsx")).TextComparison,
  {
    fallback: <SkeletonRows label="Loading comparison" rows={8} />,
  },
);

type ComparedFlowsProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  /** Names to insert in a sentence, such as “version 3”. */
  readonly beforeName: string;
  readonly afterName: string;
  readonly isJson: boolean;
  readonly isInexact: boolean;
};

export function ComparedFlows(props: ComparedFlowsProps) {
  const { before, after, beforeName, afterName, isJson, isInexact } = props;
  const changes = useMemo(() => findDocumentChanges(before, after), [before, after]);
  if (changes.length === 0) {
    const text = `${capitalize(beforeName)} and ${afterName} are identical.`;
    return <EmptyState title="No differences" text={text} />;
  }
  return (
    <>
      {isInexact && (
        <p role="status" className="shrink-0 bg-warning-soft px-gutter py-1.5 text-sm text-warning">
          A number is too precise to be shown exactly.
        </p>
      )}
      {isJson ? (
        <AsJson {...props} />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto px-gutter pt-3 pb-16">
          <p className="text-sm text-muted">
            From {beforeName} to {afterName}: {describeChangeCounts(countDocumentChangesByKind(changes))}.
          </p>
          <FlowDifferenceDiagram before={before} after={after} className="mt-3" />
          <InWords before={before} after={after} changes={changes} />
        </div>
      )}
    </>
  );
}

type InWordsProps = Pick<ComparedFlowsProps, "before" | "after"> & {
  readonly changes: ReturnType<typeof findDocumentChanges>;
};

function InWords({ before, after, changes }: InWordsProps) {
  const lines = useMemo(
    () => describeDocumentChanges(before, after, changes, describeFieldPath),
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
  const texts = useMemo(
    () => ({ before: formatFlowAsJson(before), after: formatFlowAsJson(after) }),
    [before, after],
  );
  return (
    <TextComparison
      {...texts}
      beforeLabel={capitalize(beforeName)}
      afterLabel={capitalize(afterName)}
      language="json"
    />
  );
}
