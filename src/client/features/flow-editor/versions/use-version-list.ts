import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { VersionListItem } from "#contract/flow-version.ts";
import { type VersionType, versionQueries } from "#client/data/version-queries.ts";
import { type ReadRows, toReadRows, withoutRepeats } from "#client/features/flow-editor/read-rows.ts";

export interface VersionList extends ReadRows<VersionListItem> {
  /** The one that is live; undefined while nothing has been read. */
  readonly publishedVersionId: string | null | undefined;
  readonly isLoading: boolean;
}

/** The versions of a flow, newest first, as far as they have been read. */
export function useVersionList(flowId: string, filter: VersionType | undefined): VersionList {
  const query = useInfiniteQuery(versionQueries.list(flowId, filter));
  const pages = query.data?.pages;
  const rows = useMemo(() => withoutRepeats(pages?.flatMap(({ versions }) => versions) ?? []), [pages]);
  return {
    ...toReadRows(query, rows),
    publishedVersionId: pages?.[0]?.publishedVersionId,
    isLoading: query.isPending,
  };
}
