import { useQuery } from "@tanstack/react-query";
import type { ServerStatus } from "#contract/environment.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { UPSTREAM_CHECK_TIME_LIMIT_MS, serverQueries } from "#client/data/queries/server-queries.ts";
import { NetworkError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import {
  EnvironmentSection,
  LabeledValueList,
  LabeledValueRow,
  LoadFailureMessage,
  LoadingValuePlaceholder,
  StatusLabel,
} from "./environment-parts.tsx";

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
            {(status.data.store || !isCloud) && <StoreRow store={status.data.store} isCloud={isCloud} />}
            <LabeledValueRow label="Version" end={status.data.runtime}>
              Flowline {status.data.version}
            </LabeledValueRow>
          </>
        ) : (
          <>
            <LabeledValueRow label="Store">
              {status.error ? (
                <LoadFailureMessage
                  error={status.error}
                  isRetrying={status.isFetching}
                  onRetry={() => void status.refetch()}
                />
              ) : (
                <LoadingValuePlaceholder label="Loading the server status" />
              )}
            </LabeledValueRow>
            {!status.error && (
              <LabeledValueRow label="Version">
                <LoadingValuePlaceholder label="Loading the version" />
              </LabeledValueRow>
            )}
          </>
        )}
        {server.runs && <StepTypesRow />}
      </LabeledValueList>
    </EnvironmentSection>
  );
}

type StoreRowProps = { readonly store: ServerStatus["store"]; readonly isCloud: boolean };

function StoreRow({ store, isCloud }: StoreRowProps) {
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
      detail={isCloud ? "Holds the sessions of signed-in browsers." : undefined}
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
  const { data, error, isFetching, refetch } = useQuery(environmentQueries.current());
  if (!data) {
    return (
      <LabeledValueRow label="Step types">
        {error ? (
          <LoadFailureMessage error={error} isRetrying={isFetching} onRetry={() => void refetch()} />
        ) : (
          <LoadingValuePlaceholder label="Loading the step types" />
        )}
      </LabeledValueRow>
    );
  }
  const missing = STEP_TYPES.filter(({ type }) => !data.stepTypes.includes(type)).map(({ label }) => label);
  const count = STEP_TYPES.length - missing.length;
  return (
    <LabeledValueRow
      label="Step types"
      detail={missing.length > 0 && `Not available on this server: ${missing.join(", ")}.`}
    >
      {count} of {STEP_TYPES.length} available
    </LabeledValueRow>
  );
}
