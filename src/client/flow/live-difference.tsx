import type { ReactNode } from "react";
import { countDocumentChangesByKind, describeChangeCounts } from "#core/difference/count-changes.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { findStep } from "#core/document/step-list.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { ChangeList } from "./change-list.tsx";
import { FlowDifferenceDiagram } from "./flow-difference-diagram.tsx";
import type { LiveVersionComparison } from "./live-comparison.tsx";

export function LiveVersionDifference({
  comparison,
}: {
  readonly comparison: LiveVersionComparison;
}): ReactNode {
  switch (comparison.type) {
    case "loading":
      return <SkeletonRows label="Loading the live version" rows={3} />;
    case "failed":
      return (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warning-soft px-3 py-2 text-sm"
        >
          <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1 break-words">
            <p className="font-medium">Couldn’t load the live version. {comparison.text}</p>
            <p>Not known: which version is live, and what publishing changes.</p>
          </div>
          <Button size="sm" busy={comparison.isRetrying} onClick={comparison.onRetry}>
            Retry
          </Button>
        </div>
      );
    case "nothing-live":
      return <p className="text-sm text-muted">First publish: the whole flow goes live.</p>;
    case "unreadable":
      return (
        <p className="text-sm text-muted">
          The live version (v{comparison.live.versionNumber}) has an unknown format, so changes can’t be
          shown.
        </p>
      );
    case "known":
      return <KnownDifference {...comparison} />;
  }
}

function KnownDifference({ live, before, after, lines }: LiveVersionComparison & { readonly type: "known" }) {
  if (lines.length === 0) {
    return (
      <p className="text-sm text-muted">No differences from the live version (v{live.versionNumber}).</p>
    );
  }
  const counts = describeChangeCounts(countDocumentChangesByKind(findDocumentChanges(before, after)));
  return (
    <>
      <p className="text-sm text-muted">
        Compared with the live version (v{live.versionNumber}): {counts}.
      </p>
      <FlowDifferenceDiagram before={before} after={after} className="mt-2" />
      <ChangeList
        label="Changes going live"
        lines={lines}
        findStep={(key) => findStep(after, key) ?? findStep(before, key)}
      />
    </>
  );
}
