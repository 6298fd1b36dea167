import { useMemo } from "react";
import type { Flow } from "#contract/flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import { useLiveFlow } from "./use-live-flow.ts";

export type UnpublishedStatusProps = {
  readonly flow: Flow;
  /** What is saved. */
  readonly saved: FlowDocument;
  readonly className?: string | undefined;
};

/** The status of a flow that is not as it is live, with how many changes that makes, told as the preview tells them. */
export function UnpublishedStatus({ flow, saved, className }: UnpublishedStatusProps) {
  const live = useLiveFlow(flow.id, saved);
  const count = useMemo(
    () => (live.type === "version" ? describeDifference(live.document, saved).length : undefined),
    [live, saved],
  );
  return <PublishStatus {...{ flow, className, count }} />;
}
