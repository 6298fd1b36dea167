import type { accountEndpoints } from "#contract/account-endpoints.ts";
import type { environmentEndpoints } from "#contract/environment-endpoints.ts";
import type { ModelList } from "#contract/early-endpoints.ts";
import type { ServerStatus } from "#contract/server-status.ts";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { MAX_STORED_STEP_OUTPUT_BYTES } from "#contract/run.ts";
import { MAX_NESTING_LEVEL } from "#core/document/flow-document.ts";
import type { ServerConfig } from "#server/config/config.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { readStoreStatus } from "#server/store/store-status.ts";
import type { createModelLister } from "#server/runner/model/model-lister.ts";
import type { HttpAppDependencies } from "./http-app-dependencies.ts";
import { HttpError } from "./http-error.ts";
import type { EndpointHandlers } from "./endpoint-handlers.ts";

const RUN_SCOPES = ["FLOWS:WRITE", "FLOWS:EXECUTE", "DISPATCH:EXECUTE"] as const;

/** Whether the caller may see which secrets are set and which hosts runs use. Requires a scope beyond reading flows. */
export function mayCallerSeeSecretsAndRunHosts(caller: Caller): boolean {
  return RUN_SCOPES.some((scope) => isScopeGrantedToCaller(caller, scope));
}

export function createEnvironmentRoutes(
  app: Pick<HttpAppDependencies, "config" | "store" | "accountStore" | "runs">,
): EndpointHandlers<keyof typeof environmentEndpoints | keyof typeof accountEndpoints> {
  const { config, store } = app;
  const limits = describeLimits(config);
  let modelLister: ReturnType<typeof createModelLister> | undefined;
  const requireRuns = () => {
    if (!app.runs) throw new HttpError(404, "This server can’t run flows.");
  };
  return {
    getServerStatus: async ({ caller }) => {
      const { smtpUrl } = config.runs;
      const openStore = store ?? (await app.accountStore?.findStore());
      const isMailKnown = app.runs !== undefined && mayCallerSeeSecretsAndRunHosts(caller);
      const value: ServerStatus = {
        version: String(import.meta.env["VERSION"] ?? ""),
        runtime: `Node.js ${process.versions.node}`,
        store: openStore ? await readStoreStatus(openStore) : null,
        ...(isMailKnown && smtpUrl !== undefined && { mailHost: new URL(smtpUrl).host }),
        limits,
      };
      return { status: 200, value };
    },

    checkModelServer: async ({ caller, signal }) => {
      requireRuns();
      const { checkModelServer } = await import("#server/runner/model/check-model-server.ts");
      const { modelUrl: url, modelKey: key } = config.runs;
      const check = await checkModelServer({ url, key }, signal);
      if (mayCallerSeeSecretsAndRunHosts(caller)) return { status: 200, value: check };
      const { host: _host, models: _models, ...value } = check;
      return { status: 200, value };
    },

    listModels: async ({ caller }) => {
      requireRuns();
      if (!mayCallerSeeSecretsAndRunHosts(caller)) return { status: 200, value: NO_MODELS };
      const { createModelLister } = await import("#server/runner/model/model-lister.ts");
      modelLister ??= createModelLister({ url: config.runs.modelUrl, key: config.runs.modelKey });
      return { status: 200, value: await modelLister() };
    },

    listAvailableTools: async () => {
      throw new HttpError(404, "This server has no tools.");
    },

    readUsage: rejectWithoutAccount,
    checkSecrets: rejectWithoutAccount,
    checkScript: rejectWithoutAccount,

    listSecrets: async ({ caller, signal }) => {
      requireRuns();
      if (!store) throw new HttpError(404, "This server stores no flows.");
      const { listSecretsWithUses } = await import("#server/flows/list-secrets.ts");
      const secrets = mayCallerSeeSecretsAndRunHosts(caller) ? config.runs.secrets : undefined;
      return { status: 200, value: await listSecretsWithUses({ store, caller, secrets, signal }) };
    },
  };
}

async function rejectWithoutAccount(): Promise<never> {
  throw new HttpError(404, "This server has no account of a connected API.");
}

const NO_MODELS: ModelList = { models: [], isComplete: false };

function describeLimits({ upstream, rateLimit, runs }: ServerConfig): ServerStatus["limits"] {
  const requestsPerMinute = rateLimit ?? null;
  if (upstream) return { requestsPerMinute, upstreamMs: upstream.ms };
  return {
    requestsPerMinute,
    flows: {
      bytes: FLOW_LIMITS.bytes,
      steps: FLOW_LIMITS.steps,
      nameCharacters: FLOW_LIMITS.name,
      levels: MAX_NESTING_LEVEL,
    },
    records: { bytes: RECORD_LIMITS.bytes, csvBytes: RECORD_LIMITS.csvBytes },
    runs: {
      stepMs: runs.stepMs,
      runMs: runs.runMs,
      scriptMs: Math.min(RUN_LIMITS.scriptMs, runs.stepMs),
      scriptBytes: RUN_LIMITS.scriptBytes,
      variableBytes: RUN_LIMITS.variableBytes,
      allVariablesBytes: RUN_LIMITS.allVariablesBytes,
      httpAnswerBytes: RUN_LIMITS.httpAnswerBytes,
      modelAnswerBytes: RUN_LIMITS.modelAnswerBytes,
      storedOutputBytes: MAX_STORED_STEP_OUTPUT_BYTES,
      emailRecipients: runs.recipientLimit,
      resultDays: runs.retentionDays,
    },
  };
}
