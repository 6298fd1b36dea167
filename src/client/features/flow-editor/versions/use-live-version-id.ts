import { useQuery } from "@tanstack/react-query";
import { versionQueries } from "#client/data/version-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";

/** The version that is live; null where none is, undefined as long as that is not known. A flow says it itself only where the server adds it. */
export function useLiveVersionId(): string | null | undefined {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const said = useOpenFlowState(({ flow }) => flow.publishedVersionId);
  const { data } = useQuery({ ...versionQueries.published(flowId), enabled: said === undefined });
  return said === undefined ? (data === null ? null : data?.version.id) : said;
}
