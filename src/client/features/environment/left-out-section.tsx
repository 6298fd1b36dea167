import { useQueryClient } from "@tanstack/react-query";
import { CircleSlash } from "lucide-react";
import { useState } from "react";
import type { ApiFeature, ServerFeature } from "#contract/features.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { forgetUnavailableFeatures, listUnavailableFeatures } from "#client/data/queries/api-features.ts";
import {
  type KnownServerCapabilities,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { suggestionQueries } from "#client/data/queries/suggestion-queries.ts";
import { usageQueries } from "#client/data/queries/usage-queries.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { EnvironmentSection } from "./environment-section.tsx";

/** The documented requests of each feature, by which the operator can look up what the key may do. */
const REQUESTS: Readonly<Record<ApiFeature, string>> = {
  dispatch: "POST /v1/dispatch",
  runOnRecordType: "POST /v1/flows/:id/run-on-record-type",
  runOnRecords: "POST /v1/batch/flow",
  batches: "/v1/batch/…",
  schedules: "/v1/schedules",
  stepResults: "GET /v1/flows/:id/step-results",
  recordResults: "GET /v1/records/:id/results",
  records: "/v1/records",
  runtimeExport: "GET /v1/flows/:id/export-runtime",
  flowValidation: "POST /v1/public/flows/validate",
  codeValidation: "POST /v1/validate/…",
  models: "GET /v1/model-configs/grouped",
  tools: "GET /v1/tools",
  secrets: "POST /v1/secrets/check",
  usage: "GET /v1/usage-limits/daily",
};

type SectionProps = { readonly server: KnownServerCapabilities };

/** Lists the documented requests that the connected API refused in this session, and lets the user ask again. */
export function UnavailableSection({ server }: SectionProps) {
  const client = useQueryClient();
  const [isChecking, setChecking] = useState(false);
  const features = listUnavailableFeatures(server);
  if (features.length === 0 && !isChecking) return null;
  const checkAgain = async () => {
    setChecking(true);
    forgetUnavailableFeatures(client);
    // The requests of other features need a flow or write data; those are checked at their next use.
    await Promise.allSettled([
      client.fetchQuery({ ...usageQueries.current(), staleTime: 0 }),
      client.fetchQuery({ ...suggestionQueries.models(), staleTime: 0 }),
      client.fetchQuery({ ...suggestionQueries.tools(), staleTime: 0 }),
    ]);
    setChecking(false);
    const unavailableCount = listUnavailableFeatures(
      client.getQueryData(serverCapabilityQueries.current().queryKey),
    ).length;
    announceToScreenReaders(
      unavailableCount === 0
        ? "Checked again. Everything is available."
        : `Checked again. ${formatCount(unavailableCount, "feature")} not available.`,
    );
  };
  return (
    <EnvironmentSection title="Not available for this key">
      <ul aria-label="Not available for this key" className="divide-y divide-line">
        {features.map(({ feature, label, reason }) => (
          <li key={feature} className="flex flex-col gap-0.5 px-4 py-2.5 text-sm">
            <span className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{label}</span>
              <span className="font-mono text-xs break-all text-muted">{REQUESTS[feature]}</span>
            </span>
            <span className="break-words text-muted">{reason}</span>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-sm text-muted">
        <Button size="sm" busy={isChecking} onClick={() => void checkAgain()}>
          Check again
        </Button>
        <span className="min-w-0 flex-1">Runs and records are checked again when you use them.</span>
      </div>
    </EnvironmentSection>
  );
}

/** Lists the features that the server states to lack, and what the page does instead. */
export function LeftOutSection({ server }: SectionProps) {
  const features = listLeftOutFeatures(server);
  if (features.length === 0) return null;
  return (
    <EnvironmentSection
      title="Not available in cloud mode"
      summary="Available only with Flowline’s own server."
    >
      <ul aria-label="Not available in cloud mode" className="grid divide-y divide-line">
        {features.map(({ name, reason }) => (
          <li key={name} className="flex items-start gap-2.5 px-4 py-2 text-sm">
            <CircleSlash aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
            <span className="min-w-0">
              <span className="font-medium">{name}.</span> <span className="text-muted">{reason}</span>
            </span>
          </li>
        ))}
      </ul>
    </EnvironmentSection>
  );
}

/** Names of the features that a connected API may lack, in the order of the list. */
const NAMES: Partial<Record<ServerFeature, string>> = {
  versionCheck: "Version check by the API",
  events: "Live changes",
  outsideChanges: "Live changes from elsewhere",
  stepSearch: "Search in steps",
  flowDetails: "Status and steps in the list",
  descriptions: "Descriptions of flows",
  tags: "Tags on the server",
  sampleData: "Sample data on the server",
  notes: "Labels and notes of versions",
  recordTypes: "List of record types",
  allRuns: "List of all runs",
  alerts: "Alerts about runs",
  flowRuns: "List of a flow’s runs",
  runHealth: "Health of flows",
  retryOptions: "Retries from the failed step",
  runDetails: "Timeline and whole outputs of runs",
  liveRuns: "Live progress of runs",
  runSettings: "Settings of runs",
};

interface LeftOutFeature {
  readonly name: string;
  /** Why the feature is missing, and what the page does instead. */
  readonly reason: string;
}

export function listLeftOutFeatures({
  features,
}: Pick<ServerCapabilities, "features">): readonly LeftOutFeature[] {
  return Object.entries(NAMES).flatMap(([feature, name]) => {
    const state = features[feature];
    return typeof state === "string" ? [{ name, reason: state }] : [];
  });
}
