import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { hasApiFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { checkManagedSecrets } from "#client/data/queries/secret-checks.ts";
import { useDataflowAnalyzer } from "#client/flow/publish/open-problems.tsx";

/** Returns what is known of the place where the flow runs: this server’s settings, or the account’s secrets. */
export function useRunEnvironment(document: FlowDocument | undefined): RunEnvironment | undefined {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { data: settings } = useQuery({ ...environmentQueries.current(), enabled: server?.runs === true });
  const isAccount = hasApiFeature(server, "secrets");
  const code = useDataflowAnalyzer();
  const names = useMemo(
    () => (isAccount && document && code ? code.listSecretNames(document) : []),
    [isAccount, document, code],
  );
  const { data: managedSecrets } = useQuery({
    queryKey: ["managed secrets", names],
    queryFn: ({ client, signal }) => checkManagedSecrets(client, names, { signal }),
    enabled: names.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
  return settings ?? (managedSecrets && { managedSecrets });
}
