import type { FeatureStates } from "#contract/features.ts";
import { ALL_API_FEATURES } from "#server/domain/all-api-features.ts";

const CLOUD_FEATURES: Omit<FeatureStates, "tags" | "tagUpload"> = {
  ...ALL_API_FEATURES,
  accountValidation: true,
  versionCheck:
    "This server compares versions before each save instead. It can miss a change that another program makes at the same moment.",
  events: true,
  outsideChanges:
    "Changes through this server appear at once. Others appear when you return to the page or refresh.",
  stepSearch: "The API searches flow names only.",
  flowDetails: "The API lists flows by name and date, without their steps and status.",
  descriptions: "The API doesn’t store descriptions.",
  sampleData: "Sample data is kept in this browser instead.",
  notes: "The API doesn’t store labels or notes.",
  recordTypes: "Only the types of recently changed records are suggested.",
  alerts: "Alerts are sent where flows run, and the API sends none.",
  allRuns: "The API lists runs of one flow at a time.",
  flowRuns: "The API lists recent runs by the flow’s name. Runs started on this server are always listed.",
  retryOptions: "Failed records run again from the start, with the saved flow.",
  runHealth: "The API keeps no outcomes and figures of past runs.",
  runDetails: "Results show only output previews, and times where the API reports them.",
  liveRuns: "The progress of runs is read from the API, less and less often.",
  runSettings: "Models, mail and time limits come from the account, not from this server.",
};

/**
 * Lists the features of a server before a connected API. Offers everything that is documented: only a request shows
 * whether the API has it and permits it to the key. `storeProblem` says why the server's own store cannot be used.
 * The reasons are shown on the Environment page.
 */
export function listCloudFeatures(storeProblem: string | undefined): FeatureStates {
  const tags =
    storeProblem === undefined ||
    "Tags are kept in this browser instead, because this server’s store isn’t available.";
  return { ...CLOUD_FEATURES, tags, tagUpload: tags };
}
