import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { parseVersionLike, readDefinition } from "#core/read-definition.ts";
import { isSameDocument } from "#core/save-body.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { versionQueries } from "#client/data/version-queries.ts";
import { needsMending } from "#client/document/open-flow.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";

/** What the flow may become again, or why it may not. */
export type DiscardTarget =
  | { readonly type: "loading" }
  | { readonly type: "missing"; readonly text: string; readonly onRetry?: () => void }
  | { readonly type: "document"; readonly document: FlowDocument };

/** The published version, its steps recognised as those of the open flow. */
export function usePublishedDocument(): DiscardTarget {
  const openFlow = useOpenFlow();
  const { flow, history } = openFlow.getState();
  const { document } = history;
  const hasTexts = needsMending(openFlow.getState());
  const { data, error, refetch } = useQuery(versionQueries.published(flow.id));
  return useMemo((): DiscardTarget => {
    if (error instanceof ApiError && error.status === 404)
      return { type: "missing", text: "No version of this flow is published." };
    if (error) return { type: "missing", text: describeError(error), onRetry: () => void refetch() };
    if (!data) return { type: "loading" };
    const definition = readDefinition(data.version.flowConfig);
    if (!definition)
      return { type: "missing", text: "The server does not say what the published version holds." };
    if (data.isInexact)
      return {
        type: "missing",
        text: "The published version holds a number that this page cannot keep exactly, so it is not taken from here.",
      };
    const published = parseVersionLike(document, definition);
    return hasTexts || !isSameDocument(published, document)
      ? { type: "document", document: published }
      : { type: "missing", text: "This is what is published." };
  }, [data, error, refetch, document, hasTexts]);
}
