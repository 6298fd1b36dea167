import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { parseVersionLike, readDefinition } from "#core/read-definition.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { versionQueries } from "#client/data/version-queries.ts";

/** What is live, as far as the server says. */
export type LiveFlow =
  | { readonly type: "loading" }
  | { readonly type: "failed"; readonly text: string; readonly onRetry: () => void }
  /** No version of the flow is published. */
  | { readonly type: "none" }
  /** It holds what this program cannot read. */
  | { readonly type: "unreadable"; readonly version: FlowVersion }
  | {
      readonly type: "version";
      readonly version: FlowVersion;
      /** Its steps are recognised as those of the document that it is compared with. */
      readonly document: FlowDocument;
      /** A number in it was changed by reading it. */
      readonly isInexact: boolean;
    };

/** Reads the published version to be compared with `like`; without that there is nothing to wait for. */
export function useLiveFlow(flowId: string, like: FlowDocument | undefined): LiveFlow {
  const { data, error, refetch } = useQuery(versionQueries.published(flowId));
  return useMemo((): LiveFlow => {
    if (error instanceof ApiError && error.status === 404) return { type: "none" };
    if (error) return { type: "failed", text: describeError(error), onRetry: () => void refetch() };
    if (!data || !like) return { type: "loading" };
    const { version, isInexact } = data;
    const definition = readDefinition(version.flowConfig);
    if (!definition) return { type: "unreadable", version };
    return { type: "version", version, document: parseVersionLike(like, definition), isInexact };
  }, [data, error, refetch, like]);
}
