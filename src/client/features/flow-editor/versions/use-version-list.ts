import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { VersionListItem } from "#contract/flow-version.ts";
import { type VersionType, versionQueries } from "#client/data/version-queries.ts";

export interface VersionList {
  readonly versions: readonly VersionListItem[];
  /** The one that is live; undefined while nothing has been read. */
  readonly publishedVersionId: string | null | undefined;
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  /** Why the last request failed; there may be versions all the same. */
  readonly error: Error | null;
  readonly isFetching: boolean;
  readonly retry: () => void;
  readonly readMore: () => void;
}

/** The versions of a flow, newest first, as far as they have been read. */
export function useVersionList(flowId: string, filter: VersionType | undefined): VersionList {
  const query = useInfiniteQuery(versionQueries.list(flowId, filter));
  const pages = query.data?.pages;
  const versions = useMemo(() => withoutRepeats(pages?.flatMap((page) => page.versions) ?? []), [pages]);
  return {
    versions,
    publishedVersionId: pages?.[0]?.publishedVersionId,
    isComplete: query.isSuccess && !query.hasNextPage,
    isLoading: query.isPending,
    error: query.error,
    isFetching: query.isFetching,
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
    readMore: () => {
      if (query.hasNextPage && !query.isFetching && !query.isError) void query.fetchNextPage();
    },
  };
}

/** What was published between two pages pushes the last row of the one onto the other. */
function withoutRepeats(versions: readonly VersionListItem[]): readonly VersionListItem[] {
  return [...new Map(versions.map((version) => [version.id, version])).values()];
}
