import { useQuery } from "@tanstack/react-query";
import type { ServerStatus } from "#contract/server-status.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { offersFeature } from "#client/data/queries/capability-queries.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { UPSTREAM_CHECK_TIME_LIMIT_MS, serverQueries } from "#client/data/queries/server-queries.ts";
import { NetworkError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { formatBytes } from "#client/ui/format/format-bytes.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  EnvironmentSection,
  LabeledValueList,
  LabeledValueRow,
  LoadingValuePlaceholder,
  StatusLabel,
  UnreadValue,
} from "./environment-section.tsx";

export function EnvironmentServerSection({ server }: { readonly server: ServerCapabilities }) {
  const status = useQuery(serverQueries.status());
  const isCloud = server.mode === "cloud";
  const host = server.upstream?.replace(/^https?:\/\//, "");
  return (
    <EnvironmentSection title="Server">
      <LabeledValueList>
        <LabeledValueRow
          label="Mode"
          detail={
            isCloud
              ? `Flows are stored and run by ${host ?? "the Runtype API"}. This server keeps the API key.`
              : "Flows are stored and run by this server."
          }
        >
          {isCloud ? "Cloud" : "Local"}
        </LabeledValueRow>
        {isCloud && <UpstreamRow host={host} />}
        {status.data ? (
          <>
            {(status.data.store || !isCloud || server.storeProblem) && (
              <StoreRow store={status.data.store} isCloud={isCloud} problem={server.storeProblem} />
            )}
            <LabeledValueRow label="Version" end={status.data.runtime}>
              Flowline {status.data.version}
            </LabeledValueRow>
          </>
        ) : (
          <>
            <LabeledValueRow label="Store">
              <UnreadValue query={status} label="Loading the server status" />
            </LabeledValueRow>
            {!status.error && (
              <LabeledValueRow label="Version">
                <LoadingValuePlaceholder label="Loading the version" />
              </LabeledValueRow>
            )}
          </>
        )}
        {offersFeature(server, "runSettings") && <StepTypesRow />}
      </LabeledValueList>
    </EnvironmentSection>
  );
}

type StoreRowProps = {
  readonly store: ServerStatus["store"];
  readonly isCloud: boolean;
  /** Why the store cannot be used. */
  readonly problem: string | undefined;
};

function StoreRow({ store, isCloud, problem }: StoreRowProps) {
  if (problem !== undefined) {
    return (
      <LabeledValueRow label="Store" detail={problem}>
        <StatusLabel tone="bad">Not available</StatusLabel>
      </LabeledValueRow>
    );
  }
  if (!store) return <LabeledValueRow label="Store">None</LabeledValueRow>;
  const isEmbedded = store.type === "embedded";
  const name = isEmbedded ? "Embedded" : "PostgreSQL";
  const version = store.version?.split(" ")[0];
  if (!store.reachable) {
    return (
      <LabeledValueRow
        label="Store"
        detail={
          isEmbedded
            ? "Check the data directory and the server’s log."
            : "Check FLOWLINE_DATABASE_URL and the database."
        }
      >
        <StatusLabel tone="bad">{name}: no response</StatusLabel>
      </LabeledValueRow>
    );
  }
  return (
    <LabeledValueRow
      label="Store"
      end={store.durationMs === undefined ? undefined : formatDuration(store.durationMs)}
      detail={isCloud ? "Holds tags, started runs and the sessions of signed-in browsers." : undefined}
    >
      <StatusLabel tone="good">
        {name}
        {version !== undefined && (isEmbedded ? ` (PostgreSQL ${version})` : ` ${version}`)}
      </StatusLabel>
    </LabeledValueRow>
  );
}

function UpstreamRow({ host }: { readonly host: string | undefined }) {
  const { data, error, isFetching } = useQuery(serverQueries.upstream());
  if (error && !isFetching) {
    const text =
      error instanceof NetworkError
        ? `No response within ${formatDuration(UPSTREAM_CHECK_TIME_LIMIT_MS)}.`
        : describeRequestErrorForUser(error);
    return (
      <LabeledValueRow label="API" detail={text}>
        <StatusLabel tone="bad">Not reachable</StatusLabel>
      </LabeledValueRow>
    );
  }
  return (
    <LabeledValueRow
      label="API"
      end={data === undefined ? undefined : formatDuration(data)}
      detail={<span className="font-mono text-xs">{host}</span>}
    >
      {data === undefined ? (
        <LoadingValuePlaceholder label="Checking the API" />
      ) : (
        <StatusLabel tone="good">Reachable</StatusLabel>
      )}
    </LabeledValueRow>
  );
}

function StepTypesRow() {
  const environment = useQuery(environmentQueries.current());
  const { data } = environment;
  if (!data) {
    return (
      <LabeledValueRow label="Step types">
        <UnreadValue query={environment} label="Loading the step types" />
      </LabeledValueRow>
    );
  }
  const missing = STEP_TYPES.filter(({ type }) => !data.stepTypes.includes(type)).map(({ label }) => label);
  const count = STEP_TYPES.length - missing.length;
  return (
    <LabeledValueRow
      label="Step types"
      detail={missing.length > 0 && `Needs the Runtype platform: ${missing.join(", ")}.`}
    >
      {count} of {STEP_TYPES.length} available
    </LabeledValueRow>
  );
}

interface Limit {
  readonly label: string;
  readonly value: string;
  readonly setting?: string;
}

interface LimitGroup {
  readonly title: string;
  readonly limits: readonly Limit[];
}

function listLimits({ flows, records, runs, ...limits }: ServerStatus["limits"]): readonly LimitGroup[] {
  const { requestsPerMinute: rate, upstreamMs } = limits;
  return [
    {
      title: "Flows",
      limits: flows
        ? [
            { label: "Size", value: formatBytes(flows.bytes) },
            { label: "Steps", value: formatNumber(flows.steps) },
            { label: "Nesting", value: formatCount(flows.levels, "level") },
            { label: "Name", value: formatCount(flows.nameCharacters, "character") },
          ]
        : [],
    },
    {
      title: "Runs",
      limits: runs
        ? [
            { label: "Run", value: formatDuration(runs.runMs), setting: "FLOWLINE_RUN_TIME_LIMIT" },
            { label: "Step", value: formatDuration(runs.stepMs), setting: "FLOWLINE_STEP_TIME_LIMIT" },
            { label: "Script time", value: formatDuration(runs.scriptMs) },
            { label: "Script memory", value: formatBytes(runs.scriptBytes) },
            { label: "Variable", value: formatBytes(runs.variableBytes) },
            { label: "All variables", value: formatBytes(runs.allVariablesBytes) },
            { label: "HTTP response", value: formatBytes(runs.httpAnswerBytes) },
            { label: "Model response", value: formatBytes(runs.modelAnswerBytes) },
            { label: "Stored output", value: formatBytes(runs.storedOutputBytes) },
            {
              label: "Email recipients",
              value: formatNumber(runs.emailRecipients),
              setting: "FLOWLINE_MAIL_RECIPIENT_LIMIT",
            },
            {
              label: "Results kept",
              value: formatCount(runs.resultDays, "day"),
              setting: "FLOWLINE_RESULT_RETENTION_DAYS",
            },
          ]
        : [],
    },
    {
      title: "Records",
      limits: records
        ? [
            { label: "Size", value: formatBytes(records.bytes) },
            { label: "CSV import", value: formatBytes(records.csvBytes) },
          ]
        : [],
    },
    {
      title: "Requests",
      limits: [
        {
          label: "Per minute and key",
          value: rate === null ? "No limit" : formatNumber(rate),
          setting: "FLOWLINE_RATE_LIMIT",
        },
        ...(upstreamMs === undefined
          ? []
          : [
              {
                label: "API response",
                value: formatDuration(upstreamMs),
                setting: "FLOWLINE_UPSTREAM_TIME_LIMIT",
              },
            ]),
      ],
    },
  ];
}

export function LimitsSection() {
  const status = useQuery(serverQueries.status());
  const { data } = status;
  if (!data) {
    return (
      <EnvironmentSection title="Limits">
        <div className="px-4 py-2.5">
          <UnreadValue query={status} label="Loading the limits" />
        </div>
      </EnvironmentSection>
    );
  }
  const groups = listLimits(data.limits).filter(({ limits }) => limits.length > 0);
  return (
    <EnvironmentSection title="Limits">
      <div className="grid divide-line max-sm:divide-y sm:max-aside:grid-cols-2 sm:max-aside:py-1 aside:divide-y">
        {groups.map(({ title, limits }) => (
          <div
            key={title}
            className={joinClasses(
              "px-4 py-2.5",
              title === "Runs" && "sm:max-aside:col-start-2 sm:max-aside:row-span-3 sm:max-aside:row-start-1",
            )}
          >
            <h3 className="pb-1 text-sm font-medium">{title}</h3>
            <dl className="flex flex-col gap-1">
              {limits.map(({ label, value, setting }) => (
                <div key={label} className="flex items-baseline gap-3 text-sm">
                  <dt className="min-w-0 flex-1 text-muted">
                    {label}
                    {setting !== undefined && (
                      <span className="block font-mono text-xs wrap-anywhere text-faint">{setting}</span>
                    )}
                  </dt>
                  <dd className="shrink-0 tabular-nums">{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </EnvironmentSection>
  );
}
