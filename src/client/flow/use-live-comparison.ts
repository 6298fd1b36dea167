import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { ChangeLine } from "#core/difference/change-line.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { parseVersionLike, readDefinition } from "#core/read-definition.ts";
import { describeError } from "#client/data/api-error.ts";
import { versionQueries } from "#client/data/version-queries.ts";
import { describeDifference } from "./flow-difference.tsx";

/** What would go live against what is live. */
export type LiveComparison =
  | { readonly type: "loading" }
  | {
      readonly type: "failed";
      readonly text: string;
      readonly isRetrying: boolean;
      readonly onRetry: () => void;
    }
  | { readonly type: "nothing-live" }
  /** Another program wrote what is live, in a form of its own. */
  | { readonly type: "unreadable"; readonly live: FlowVersion }
  | {
      readonly type: "known";
      readonly live: FlowVersion;
      readonly before: FlowDocument;
      readonly after: FlowDocument;
      readonly lines: readonly ChangeLine[];
      /** A number of what is live was changed by reading it. */
      readonly isInexact: boolean;
    };

/** Compares `after` with what is live, as it is now: another person's publishing shows by itself. */
export function useLiveComparison(flowId: string, after: FlowDocument | undefined): LiveComparison {
  const { data, error, isFetching, refetch } = useQuery(versionQueries.published(flowId));
  // What is known stays the same object while it is read again.
  const isRetrying = error !== null && isFetching;
  return useMemo((): LiveComparison => {
    if (data === null) return { type: "nothing-live" };
    if (error)
      return { type: "failed", text: describeError(error), isRetrying, onRetry: () => void refetch() };
    if (!data || !after) return { type: "loading" };
    const { version: live, isInexact } = data;
    const definition = readDefinition(live.flowConfig);
    if (!definition) return { type: "unreadable", live };
    const before = parseVersionLike(after, definition);
    return { type: "known", live, before, after, lines: describeDifference(before, after), isInexact };
  }, [data, error, isRetrying, refetch, after]);
}
