import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ApiFeature } from "#contract/features.ts";
import { forgetUnavailableFeatures } from "#client/data/queries/api-features.ts";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";

/** With a button that checks again. Renders nothing while the feature may be used. */
export function UnavailableFeatureNotice({ feature }: { readonly feature: ApiFeature }) {
  const client = useQueryClient();
  const reason = explainMissingFeature(useQuery(serverCapabilityQueries.current()).data, feature);
  if (reason === undefined) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
      {reason}
      <Button size="sm" onClick={() => forgetUnavailableFeatures(client, [feature])}>
        Check again
      </Button>
    </p>
  );
}
