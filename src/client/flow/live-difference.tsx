import type { ReactNode } from "react";
import { countChanges, describeCounts } from "#core/difference/count-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { findStep } from "#core/step-list.ts";
import { Button } from "#client/ui/button.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { ChangeList } from "./change-list.tsx";
import { DifferenceLine } from "./difference-line.tsx";
import type { LiveComparison } from "./use-live-comparison.ts";

/** What goes live against what is live, on the line and in words, or why that cannot be told. Import it only where it is lazy. */
export function LiveDifference({ comparison }: { readonly comparison: LiveComparison }): ReactNode {
  switch (comparison.type) {
    case "loading":
      return <SkeletonRows label="Reading what is live" rows={3} />;
    case "failed":
      return (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
          What is live could not be read. {comparison.text}
          <Button size="sm" busy={comparison.isRetrying} onClick={comparison.onRetry}>
            Try again
          </Button>
        </p>
      );
    case "nothing-live":
      return <p className="text-sm text-muted">Nothing of this flow is live yet, so all of it goes live.</p>;
    case "unreadable":
      return (
        <p className="text-sm text-muted">
          Version {comparison.live.versionNumber} is live. It was written by another program in a form of its
          own, so what would change cannot be shown.
        </p>
      );
    case "known":
      return <KnownDifference {...comparison} />;
  }
}

function KnownDifference({ live, before, after, lines }: LiveComparison & { readonly type: "known" }) {
  if (lines.length === 0) {
    return (
      <p className="text-sm text-muted">
        Version {live.versionNumber} is live, and it says the same: nothing changes in what runs.
      </p>
    );
  }
  const counts = describeCounts(countChanges(findChanges(before, after)));
  return (
    <>
      <p className="text-sm text-muted">
        Against version {live.versionNumber}, which is live: {counts}.
      </p>
      <DifferenceLine before={before} after={after} className="mt-2" />
      <ChangeList
        label="What goes live"
        lines={lines}
        findStep={(key) => findStep(after, key) ?? findStep(before, key)}
      />
    </>
  );
}
