import { useQuery, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { DocumentChangeDescription } from "#core/difference/document-change-description.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { parseVersionReusingStepKeys, parseVersionConfig } from "#core/document/parse-version-config.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { type VersionQueryData, versionQueries } from "#client/data/queries/version-queries.ts";
import type { Flow } from "#contract/flow.ts";
import { describeFlowDifference } from "./change-list.tsx";
import { PublishStatus } from "./publish-status.tsx";

export type LiveVersionComparison =
  | { readonly type: "loading" }
  | {
      readonly type: "failed";
      readonly text: string;
      readonly isRetrying: boolean;
      readonly onRetry: () => void;
    }
  | { readonly type: "nothing-live" }
  | { readonly type: "unreadable"; readonly live: FlowVersion }
  | {
      readonly type: "known";
      readonly live: FlowVersion;
      readonly before: FlowDocument;
      readonly after: FlowDocument;
      readonly lines: readonly DocumentChangeDescription[];
      readonly isInexact: boolean;
    };

/** Compares the document `after` with the current live version, and again whenever another user publishes. */
export function useLiveVersionComparison(
  flowId: string,
  after: FlowDocument | undefined,
): LiveVersionComparison {
  const { data, error, isFetching, refetch } = useQuery(versionQueries.published(flowId));
  // Not during other background refetches, which must not create a new result object.
  const isRetrying = error !== null && isFetching;
  return useMemo((): LiveVersionComparison => {
    if (error)
      return {
        type: "failed",
        text: describeRequestErrorForUser(error),
        isRetrying,
        onRetry: () => void refetch(),
      };
    if (data === null) return { type: "nothing-live" };
    if (!data || !after) return { type: "loading" };
    return compareWithLiveVersion(data, after);
  }, [data, error, isRetrying, refetch, after]);
}

/** Compares the document `after` with the live version; `read` is null if no version is live. */
export function compareWithLiveVersion(
  read: VersionQueryData | null,
  after: FlowDocument,
): LiveVersionComparison & { readonly type: "nothing-live" | "unreadable" | "known" } {
  if (read === null) return { type: "nothing-live" };
  const { version: live, isInexact } = read;
  const definition = parseVersionConfig(live.flowConfig);
  if (!definition) return { type: "unreadable", live };
  const before = parseVersionReusingStepKeys(after, definition);
  return { type: "known", live, before, after, lines: describeFlowDifference(before, after), isInexact };
}

/** Null if no version is live; undefined if the request failed. */
export async function fetchLiveVersionId(
  client: QueryClient,
  flowId: string,
): Promise<string | null | undefined> {
  const query = versionQueries.published(flowId);
  // A read that is under way may have begun before another user's publish.
  await client.cancelQueries({ queryKey: query.queryKey, exact: true });
  try {
    const read = await client.query({ ...query, staleTime: 0 });
    return read?.version.id ?? null;
  } catch {
    return undefined;
  }
}

/** Returns the id of the compared live version: null if no version is live, undefined if unknown. */
export function getComparedLiveVersionId(comparison: LiveVersionComparison): string | null | undefined {
  switch (comparison.type) {
    case "known":
    case "unreadable":
      return comparison.live.id;
    case "nothing-live":
      return null;
    case "loading":
    case "failed":
      return undefined;
  }
}

/** Explains why the user can't publish yet; if the live version can't be loaded, they can without comparing. */
export function explainWaitForLiveVersion({ type }: LiveVersionComparison): string | undefined {
  return type === "loading" ? "Loading the live version…" : undefined;
}

/** Returns a button's label, such as “Publish”, which says if the user publishes without having seen the changes. */
export function labelPublishButton(label: string, { type }: LiveVersionComparison): string {
  return type === "failed" ? `${label} without comparing` : label;
}

export type UnpublishedChangesStatusProps = {
  readonly flow: Flow;
  readonly saved: FlowDocument;
  readonly className?: string | undefined;
};

export function UnpublishedChangesStatus({ flow, saved, className }: UnpublishedChangesStatusProps) {
  const comparison = useLiveVersionComparison(flow.id, saved);
  const count = comparison.type === "known" ? comparison.lines.length : undefined;
  return <PublishStatus flow={flow} className={className} count={count} />;
}
