import { useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { LineDifference } from "#client/flow/line-difference.tsx";
import { Button } from "#client/ui/button.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import type { LiveFlow } from "./use-live-flow.ts";

type LiveDifferenceProps = {
  readonly live: LiveFlow;
  /** What would be live. */
  readonly document: FlowDocument | undefined;
};

/** What publishing changes for everything that runs the flow, on the line and in words. Import it only where it is lazy. */
export function LiveDifference({ live, document }: LiveDifferenceProps) {
  if (!document || live.type === "loading")
    return <SkeletonRows label="Comparing with what is live" rows={3} />;
  switch (live.type) {
    case "failed":
      return (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
          What is live could not be read: {live.text}
          <Button size="sm" onClick={live.onRetry}>
            Try again
          </Button>
        </p>
      );
    case "none":
      return <p className="text-sm text-muted">Nothing of this flow is live yet: all of it is new.</p>;
    case "unreadable":
      return (
        <p className="text-sm text-muted">
          Version {live.version.versionNumber}, which is live, was written by another program. What changes
          cannot be said.
        </p>
      );
    case "version":
      return <Compared before={live.document} after={document} number={live.version.versionNumber} />;
  }
}

type ComparedProps = {
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly number: number;
};

function Compared({ before, after, number }: ComparedProps) {
  const lines = useMemo(() => describeDifference(before, after), [before, after]);
  if (lines.length === 0)
    return <p className="text-sm text-muted">Nothing changes: this is what version {number} says too.</p>;
  return (
    <div className="flex flex-col gap-2">
      <LineDifference before={before} after={after} />
      <ChangeList label={`Changes since version ${number}`} lines={lines} />
    </div>
  );
}
