import { useQuery } from "@tanstack/react-query";
import {
  type KnownServerCapabilities,
  RUN_ON_RECORDS_SCOPES,
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { explainEmptyFlow } from "./explain-empty-flow.ts";

/** Returns why the open flow can't be run on records; undefined if it can. */
export function useRunOnRecordsReason(): string | undefined {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const reason = useOpenFlowState((state) => explainRefusedRun(server, state));
  return explainMissingScope(server, ...RUN_ON_RECORDS_SCOPES) ?? reason;
}

/** Returns why the API or the flow does not allow a run on records, whatever the user's scopes are. */
export function explainRefusedRun(
  server: KnownServerCapabilities | undefined,
  flow: OpenFlowState,
): string | undefined {
  return explainMissingFeature(server, "runOnRecordType") ?? explainEmptyFlow(flow);
}
