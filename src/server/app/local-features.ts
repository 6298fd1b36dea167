import type { FeatureStates } from "#contract/features.ts";
import { ALL_API_FEATURES } from "#server/domain/all-api-features.ts";
import type { ServerConfig } from "#server/config/config.ts";

const NEEDS_ACCOUNT = "Needs an account of a connected API.";
const NEEDS_EXTRAS = "Switched off by FLOWLINE_EXTRAS.";

/** Lists the features of a server that stores and runs flows itself. */
export function listLocalFeatures({ extras }: Pick<ServerConfig, "extras">): FeatureStates {
  const extra = extras || NEEDS_EXTRAS;
  return {
    ...ALL_API_FEATURES,
    codeValidation: NEEDS_ACCOUNT,
    tools: NEEDS_ACCOUNT,
    secrets: NEEDS_ACCOUNT,
    usage: NEEDS_ACCOUNT,
    accountValidation: NEEDS_ACCOUNT,
    versionCheck: extra,
    events: extra,
    outsideChanges: extra,
    stepSearch: extra,
    flowDetails: extra,
    descriptions: extra,
    tags: extra,
    tagUpload: "Tags have always been stored by this server.",
    sampleData: extra,
    notes: extra,
    recordTypes: true,
    allRuns: true,
    alerts: true,
    flowRuns: true,
    retryOptions: true,
    runHealth: true,
    runDetails: true,
    liveRuns: true,
    runSettings: true,
  };
}
