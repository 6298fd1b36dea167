import { useEffect, useState } from "react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { findPublishState } from "#client/flow/publish-state.ts";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import type { UnpublishedStatusProps } from "#client/flow/publish/unpublished-status.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";

const UnpublishedStatus = lazyPart<UnpublishedStatusProps>(
  async () => (await import("#client/flow/publish/unpublished-status.tsx")).UnpublishedStatus,
  { fallback: (props) => <PublishStatus {...props} />, onFail: () => undefined },
);

/** After the flow is on the page, in milliseconds: what is live is as large as the flow itself. */
const IDLE_MS = 1000;

/** Where the flow stands. How much is not published yet is counted once there is time for it. */
export function HeaderStatus({ className }: { readonly className?: string }) {
  const flow = useOpenFlowState((state) => state.flow);
  const saved = useOpenFlowState((state) => state.history.base.document);
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIdle(true), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isIdle || findPublishState(flow) !== "changed") return <PublishStatus {...{ flow, className }} />;
  return <UnpublishedStatus {...{ flow, saved, className }} />;
}
