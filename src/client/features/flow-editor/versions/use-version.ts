import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { FlowSource } from "#core/flow-document.ts";
import { readDefinition } from "#core/read-definition.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { type VersionRead, versionQueries } from "#client/data/version-queries.ts";

/** What is known of a version that is asked for. */
export type VersionContent =
  | { readonly type: "loading" }
  /** There is no such version. */
  | { readonly type: "missing"; readonly text: string }
  | {
      readonly type: "failed";
      readonly text: string;
      readonly isRetrying: boolean;
      readonly onRetry: () => void;
    }
  /** Another program wrote it in a form of its own. */
  | { readonly type: "unreadable"; readonly version: FlowVersion }
  | {
      readonly type: "known";
      readonly version: FlowVersion;
      readonly definition: FlowSource;
      /** A number of it is not what the server holds: it can be looked at, but not be put back. */
      readonly isInexact: boolean;
    };

interface Answer {
  readonly data: VersionRead | undefined;
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly refetch: () => unknown;
}

/** One version of a flow, read when it is asked for. */
export function useVersion(flowId: string, versionId: string): VersionContent {
  const { data, error, isFetching, refetch } = useQuery(versionQueries.detail(flowId, versionId));
  // What is known stays the same object while it is read again.
  const isRetrying = !data && isFetching;
  return useMemo(() => toContent({ data, error, isRetrying, refetch }), [data, error, isRetrying, refetch]);
}

/** What an answer for the version that is live comes to. */
export function toPublishedContent({
  data,
  ...answer
}: Omit<Answer, "data"> & { readonly data: VersionRead | null | undefined }): VersionContent {
  if (data === null) return { type: "missing", text: "No version of this flow is published." };
  return toContent({ data, ...answer });
}

/** What an answer for a version comes to. */
export function toContent({ data, error, isRetrying, refetch }: Answer): VersionContent {
  // A version never changes: one that was read stays what it was, whatever becomes of a later request.
  if (data) {
    const { version, isInexact } = data;
    const definition = readDefinition(version.flowConfig);
    return definition ? { type: "known", version, definition, isInexact } : { type: "unreadable", version };
  }
  if (!error) return { type: "loading" };
  const failed = {
    type: "failed",
    text: describeError(error),
    isRetrying,
    onRetry: () => void refetch(),
  } as const;
  if (!(error instanceof ApiError)) return failed;
  switch (error.status) {
    case 404:
      return { type: "missing", text: "There is no such version of this flow on the server." };
    case 400:
      return { type: "missing", text: "This version belongs to another flow." };
    default:
      return failed;
  }
}
