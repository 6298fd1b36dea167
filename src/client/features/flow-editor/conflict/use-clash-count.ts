import { useEffect, useState } from "react";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { previewMerge } from "#client/document/catch-up.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";

/** After an edit, in milliseconds: a merge of a long flow is not worked out between two quick keys. */
const REST_MS = 150;

/** How many things both sides changed, each in its own way; after an edit it is right a moment later. */
export function useClashCount(openFlow: OpenFlow): number {
  const [count, setCount] = useState(() => countClashes(openFlow));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const plan = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setCount(countClashes(openFlow)), REST_MS);
    };
    const stop = openFlow.subscribe(({ flow, history, unanswered }, before) => {
      const isSame = flow === before.flow && history.document === before.history.document;
      if (!isSame || unanswered !== before.unanswered) plan();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [openFlow]);
  return count;
}

function countClashes(openFlow: OpenFlow): number {
  return previewMerge({ mergeDocuments }, openFlow.getState())?.clashes.length ?? 0;
}
