import { useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { isSameDocument } from "#core/save-body.ts";
import { needsMending } from "#client/document/unsaved-edits.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { useLiveComparison } from "#client/flow/use-live-comparison.ts";

/** What the flow may become again, or why it may not. */
export type DiscardTarget =
  | { readonly type: "loading" }
  | {
      readonly type: "missing";
      readonly text: string;
      readonly isRetrying?: boolean;
      readonly onRetry?: () => void;
    }
  | { readonly type: "document"; readonly document: FlowDocument };

/** The published version, its steps recognised as those of the open flow. */
export function usePublishedDocument(): DiscardTarget {
  const openFlow = useOpenFlow();
  const { flow, history } = openFlow.getState();
  const { document } = history;
  const hasTexts = needsMending(openFlow.getState());
  const live = useLiveComparison(flow.id, document);
  return useMemo((): DiscardTarget => {
    switch (live.type) {
      case "loading":
        return live;
      case "failed":
        return { ...live, type: "missing" };
      case "nothing-live":
        return { type: "missing", text: "No version of this flow is published." };
      case "unreadable":
        return { type: "missing", text: "The server does not say what the published version holds." };
      case "known":
        if (live.isInexact)
          return {
            type: "missing",
            text: "The published version holds a number that this page cannot keep exactly, so it is not taken from here.",
          };
        return hasTexts || !isSameDocument(live.before, document)
          ? { type: "document", document: live.before }
          : { type: "missing", text: "This is what is published." };
    }
  }, [live, document, hasTexts]);
}
