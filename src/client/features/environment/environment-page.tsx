import { type QueryClient, useIsFetching, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { RotateCw, ExternalLink } from "lucide-react";
import type { ServerCapabilities } from "#contract/local.ts";
import {
  describeRequestErrorForUser,
  isRetryableError,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import {
  canUseFeature,
  explainMissingScope,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { environmentQueries, useRunSettings } from "#client/data/queries/environment-queries.ts";
import { usageQueries } from "#client/data/queries/usage-queries.ts";
import { serverQueries } from "#client/data/queries/server-queries.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { useHasTimeElapsed } from "#client/ui/hooks/use-has-time-elapsed.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { LeftOutSection, UnavailableSection } from "./left-out-section.tsx";
import { LimitsSection, EnvironmentServerSection } from "./server-section.tsx";
import { SecretsSection } from "./secrets-section.tsx";
import { UsageSection } from "./usage-details.tsx";
import { ServicesSection } from "./services-section.tsx";
import { EnvironmentSection } from "./environment-section.tsx";

/** Milliseconds after which the page is shown without the data that is still loading. */
const MAX_WAIT_MS = 1500;

/** Reads what the page shows first; its other requests follow. */
export async function loadEnvironment(client: QueryClient): Promise<void> {
  const server = await client.query(serverCapabilityQueries.current());
  const reads: Promise<unknown>[] = [client.query(serverQueries.status())];
  if (offersFeature(server, "runSettings"))
    reads.push(client.query(environmentQueries.current()), client.query(serverQueries.secrets()));
  await Promise.all(reads);
}

/** Read-only, because the server reads its settings only when it starts. */
export function EnvironmentPage() {
  useDocumentTitle("Environment");
  const capabilities = useQuery(serverCapabilityQueries.current());
  const server = capabilities.data;
  const status = useQuery({
    ...serverQueries.status(),
    enabled: explainMissingScope(server, "FLOWS:READ") === undefined,
  });
  const hasRunSettings = offersFeature(server, "runSettings");
  const settings = useRunSettings();
  // Waits for both requests, which run concurrently: rows inserted later would move the sections below.
  const isWaiting = status.isLoading || settings.isLoading;
  const isPatient = !useHasTimeElapsed(MAX_WAIT_MS, isWaiting);
  if (!server) {
    if (!capabilities.error) return <SkeletonRows label="Loading the environment" isPage />;
    return (
      <ErrorState
        headingLevel={1}
        title="Couldn’t load the environment"
        text={describeRequestErrorForUser(capabilities.error)}
        retrying={capabilities.isFetching}
        {...(isRetryableError(capabilities.error) && { onRetry: () => void capabilities.refetch() })}
      />
    );
  }
  const isSignedOut = server.auth === "required" && (!server.signedIn || isSignInRequiredError(status.error));
  if (isSignedOut) return <Navigate to="/sign-in" search={{ next: "/environment" }} replace />;
  const missing = explainMissingScope(server, "FLOWS:READ");
  if (missing !== undefined)
    return <ErrorState headingLevel={1} title="No access to the environment" text={missing} />;

  const isCloud = server.mode === "cloud";
  return (
    <div className="flex-1 px-gutter pb-16">
      <div className="flex items-start gap-3 pt-5 pb-5">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold tracking-tight outline-none">Environment</h1>
          <p className="mt-0.5 text-sm text-muted">
            {isCloud
              ? "The connection to the Runtype API. Change these in the server’s environment, then restart it."
              : "Resources available to flows. Change these in the server’s environment, then restart it."}
          </p>
        </div>
        <RefreshButton />
      </div>
      {isWaiting && isPatient ? (
        <SkeletonRows label="Loading the environment" />
      ) : (
        <div className="grid items-start gap-x-6 gap-y-7 aside:grid-cols-[minmax(0,1fr)_21rem]">
          <div className="grid min-w-0 items-start gap-x-6 gap-y-7 full:grid-cols-2 full:*:last:odd:col-span-full">
            <EnvironmentServerSection server={server} />
            {canUseFeature(server, "usage") && <UsageSection />}
            {hasRunSettings && <ServicesSection />}
            {hasRunSettings && <SecretsSection />}
            {isCloud && <UnavailableSection server={server} />}
            {isCloud && <LeftOutSection server={server} />}
          </div>
          <div className="flex min-w-0 flex-col gap-7">
            <ApiSection server={server} />
            <LimitsSection />
          </div>
        </div>
      )}
    </div>
  );
}

function RefreshButton() {
  const client = useQueryClient();
  const keys = [serverQueries.all(), environmentQueries.current().queryKey, usageQueries.current().queryKey];
  const isFetching = useIsFetching({ queryKey: serverQueries.all() }) > 0;
  const refresh = async () => {
    await Promise.all(keys.map((queryKey) => client.refetchQueries({ queryKey, type: "active" })));
    announceToScreenReaders("Environment refreshed.");
  };
  return (
    <Button icon={RotateCw} busy={isFetching} onClick={() => void refresh()}>
      Refresh
    </Button>
  );
}

function ApiSection({ server }: { readonly server: ServerCapabilities }) {
  // In cloud mode, links to the API description of the connected platform, which serves it without a key.
  const description = `${server.upstream ?? ""}/v1/openapi.json`;
  const links = [
    { label: "API reference", detail: "Endpoints, with examples", href: "/docs" },
    { label: "API description", detail: "OpenAPI 3.1", href: description },
    { label: "Health check", detail: "/readyz", href: "/readyz" },
  ];
  return (
    <EnvironmentSection title="API">
      <ul className="divide-y divide-line">
        {links.map(({ label, detail, href }) => (
          <li key={href}>
            <a
              href={href}
              target="_blank"
              rel="noreferrer"
              className="focus-inset flex min-h-10 items-center gap-2 px-4 py-2 text-sm hover:bg-hover/60"
            >
              <span className="min-w-0 flex-1 font-medium">{label}</span>
              <span className="shrink-0 text-muted">{detail}</span>
              <ExternalLink aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
              <span className="sr-only">(opens in a new tab)</span>
            </a>
          </li>
        ))}
      </ul>
    </EnvironmentSection>
  );
}
