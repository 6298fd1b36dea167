import type { Flow } from "#contract/flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import { useLiveComparison } from "#client/flow/use-live-comparison.ts";

export type UnpublishedStatusProps = {
  readonly flow: Flow;
  /** What is saved. */
  readonly saved: FlowDocument;
  readonly className?: string | undefined;
};

/** The status of a flow that is not as it is live, with how many changes that makes, told as the preview tells them. */
export function UnpublishedStatus({ flow, saved, className }: UnpublishedStatusProps) {
  const comparison = useLiveComparison(flow.id, saved);
  const count = comparison.type === "known" ? comparison.lines.length : undefined;
  return <PublishStatus {...{ flow, className, count }} />;
}
