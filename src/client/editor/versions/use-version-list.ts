import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowVersionListItem, FlowVersion } from "#contract/flow-version.ts";
import { versionQueries, type VersionQueryData } from "#client/data/queries/version-queries.ts";
import type { FlowVersionType } from "#client/data/queries/result-filters.ts";
import {
  type InfiniteQueryRows,
  toInfiniteQueryRows,
  removeDuplicateRows,
} from "#client/data/queries/infinite-query-rows.ts";
import { type FlowJson, type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { parseVersionConfig, parseVersionReusingStepKeys } from "#core/document/parse-version-config.ts";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { parseDocumentOfServerVersion } from "#client/document/remote/flow-version.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { formatVersionName } from "./version-badges.tsx";
import type { ComparisonSideReference } from "./versions-tab-route.ts";

export interface VersionListQueryState extends InfiniteQueryRows<FlowVersionListItem> {
  /** Null if no version is live; undefined until the first page is loaded. */
  readonly publishedVersionId: string | null | undefined;
  readonly isLoading: boolean;
}

export function useVersionList(flowId: string, filter: FlowVersionType | undefined): VersionListQueryState {
  const query = useInfiniteQuery(versionQueries.list(flowId, filter));
  const pages = query.data?.pages;
  const rows = useMemo(() => removeDuplicateRows(pages?.flatMap(({ versions }) => versions) ?? []), [pages]);
  return {
    ...toInfiniteQueryRows(query, rows),
    publishedVersionId: pages?.[0]?.publishedVersionId,
    isLoading: query.isPending,
  };
}

export type LoadedVersionContent =
  | { readonly type: "loading" }
  | { readonly type: "missing"; readonly text: string }
  | {
      readonly type: "failed";
      readonly text: string;
      readonly isRetrying: boolean;
      readonly onRetry: () => void;
    }
  /** Another program wrote the version in a format that Flowline cannot parse. */
  | { readonly type: "unreadable"; readonly version: FlowVersion }
  | {
      readonly type: "known";
      readonly version: FlowVersion;
      readonly definition: FlowJson;
      /** JavaScript cannot represent a number of the version exactly, so it cannot be restored. */
      readonly isInexact: boolean;
    };

interface QueryAnswer {
  readonly data: VersionQueryData | undefined;
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly refetch: () => unknown;
}

export function useVersionContent(flowId: string, versionId: string): LoadedVersionContent {
  const { data, error, isFetching, refetch } = useQuery(versionQueries.detail(flowId, versionId));
  // Not during a background refetch, which must not create a new result object.
  const isRetrying = !data && isFetching;
  return useMemo(() => toContent({ data, error, isRetrying, refetch }), [data, error, isRetrying, refetch]);
}

function toPublishedContent({
  data,
  ...answer
}: Omit<QueryAnswer, "data"> & { readonly data: VersionQueryData | null | undefined }): LoadedVersionContent {
  if (data === null) return { type: "missing", text: "No version of this flow is published." };
  return toContent({ data, ...answer });
}

function toContent({ data, error, isRetrying, refetch }: QueryAnswer): LoadedVersionContent {
  // Versions are immutable, so cached data stays valid after a failed refetch.
  if (data) {
    const { version, isInexact } = data;
    const definition = parseVersionConfig(version.flowConfig);
    return definition ? { type: "known", version, definition, isInexact } : { type: "unreadable", version };
  }
  if (!error) return { type: "loading" };
  const failed = {
    type: "failed",
    text: describeRequestErrorForUser(error),
    isRetrying,
    onRetry: () => void refetch(),
  } as const;
  if (!(error instanceof ApiError)) return failed;
  switch (error.status) {
    case 404:
      return { type: "missing", text: "This flow has no such version." };
    case 400:
      return { type: "missing", text: "This version belongs to another flow." };
    default:
      return failed;
  }
}

export function explainWhyNotRestorable(content: LoadedVersionContent): string | undefined {
  if (content.type === "unreadable")
    return "This version has an unknown format, so it can’t be restored here.";
  if (content.type === "known" && content.isInexact)
    return "A number in this version is too precise to restore here.";
  return undefined;
}

export type ComparisonSideLoadState =
  | { readonly type: "loading" }
  | {
      readonly type: "missing";
      readonly text: string;
      readonly isRetrying?: boolean;
      readonly onRetry?: () => void;
    }
  | {
      readonly type: "ready";
      /** Name to insert in a sentence, such as “version 3” or “saved draft”. */
      readonly name: string;
      readonly content: ComparisonSideContent;
      readonly isInexact: boolean;
    };

export function useComparisonSide(flowId: string, side: ComparisonSideReference): ComparisonSideLoadState {
  const document = useOpenFlowState((state) =>
    side === "editor"
      ? state.history.document
      : side === "saved"
        ? parseDocumentOfServerVersion(state)
        : undefined,
  );
  const isPublished = side === "published";
  const live = useQuery({ ...versionQueries.published(flowId), enabled: isPublished });
  const isVersion = !isPublished && document === undefined;
  const version = useQuery({ ...versionQueries.detail(flowId, side), enabled: isVersion });
  const query = isPublished ? live : version;
  const isRetrying = query.data === undefined && query.isFetching;
  return useMemo((): ComparisonSideLoadState => {
    if (document) {
      const name = side === "editor" ? "current edits" : "saved draft";
      return { type: "ready", name, content: { type: "document", document }, isInexact: false };
    }
    const content = isPublished
      ? toPublishedContent({ ...live, isRetrying })
      : toContent({ ...version, isRetrying });
    return toSide(content, isPublished);
    // Lists only the properties of the queries that the result depends on; the query objects change in each render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [document, side, isPublished, isRetrying, live.data, live.error, version.data, version.error]);
}

function toSide(content: LoadedVersionContent, isPublished: boolean): ComparisonSideLoadState {
  switch (content.type) {
    case "loading":
      return content;
    case "missing":
      return { type: "missing", text: content.text };
    case "failed":
      return { ...content, type: "missing" };
    case "unreadable":
      return {
        type: "missing",
        text: `Can’t compare ${name(content.version)}: unknown format.`,
      };
    case "known": {
      const { version, definition, isInexact } = content;
      return {
        type: "ready",
        name: isPublished ? `live version (v${version.versionNumber})` : name(version),
        content: { type: "definition", definition },
        isInexact,
      };
    }
  }
}

const name = (version: { readonly versionNumber: number }) => formatVersionName(version).toLowerCase();

export type ComparisonSideContent =
  | { readonly type: "document"; readonly document: FlowDocument }
  | { readonly type: "definition"; readonly definition: FlowJson };

/** Equal steps get the same key. A version has no description and gets that of the other side. */
export function parseComparisonSides(
  from: ComparisonSideContent,
  to: ComparisonSideContent,
): { readonly before: FlowDocument; readonly after: FlowDocument } {
  if (from.type === "document") {
    const before = from.document;
    const after = to.type === "document" ? to.document : parseVersionReusingStepKeys(before, to.definition);
    return { before, after };
  }
  if (to.type === "document") {
    return { before: parseVersionReusingStepKeys(to.document, from.definition), after: to.document };
  }
  const name = from.definition.name || to.definition.name;
  const before = parseFlowDocument({ ...from.definition, name });
  return { before, after: parseVersionReusingStepKeys(before, to.definition) };
}
