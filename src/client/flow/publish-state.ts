import type { Flow, PublishState } from "#contract/flow.ts";
import { formatCount } from "#client/ui/format-count.ts";

/** The fields that say where a flow stands; a list row and a flow both have them, if the server sends them at all. */
export type PublishFields = Pick<
  Flow,
  "status" | "publishedVersionId" | "publishedVersionNumber" | "hasUnpublishedChanges"
>;

/** Undefined where the server did not say. */
export function findPublishState(flow: PublishFields): PublishState | undefined {
  if (flow.status === undefined && flow.publishedVersionId === undefined) return undefined;
  const isPublished = typeof flow.publishedVersionId === "string" || flow.status === "active";
  if (isPublished) return flow.hasUnpublishedChanges ? "changed" : "published";
  return flow.status === "draft" || flow.publishedVersionId === null ? "draft" : undefined;
}

/** The words for it; a server that counts versions also has the number: “Published v3”, “3 unpublished changes”. */
export function describePublishState(
  state: PublishState,
  version?: number | null,
  /** Of what is not published, where that was counted. */
  count?: number,
): string {
  switch (state) {
    case "draft":
      return "Draft";
    case "changed":
      if (count === undefined || count === 0) return "Unpublished changes";
      return formatCount(count, "unpublished change");
    case "published":
      return version == null ? "Published" : `Published v${version}`;
  }
}
