/**
 * Groups of documented endpoints that an API may lack or refuse to a key. `apiFeatures` of the capabilities
 * lists the groups that the dashboard may request; only the responses of a connected API show whether it has
 * them.
 */
export const API_FEATURES = [
  "dispatch",
  "runOnRecordType",
  "runOnRecords",
  "batches",
  "stepResults",
  "recordResults",
  "records",
  "runtimeExport",
  "flowValidation",
  "codeValidation",
  "models",
  "tools",
  "secrets",
  "usage",
] as const;

export type ApiFeature = (typeof API_FEATURES)[number];

/** The groups whose endpoints this server implements itself. */
export const LOCAL_API_FEATURES: readonly ApiFeature[] = [
  "dispatch",
  "runOnRecordType",
  "runOnRecords",
  "batches",
  "stepResults",
  "recordResults",
  "records",
  "runtimeExport",
  "flowValidation",
];

/**
 * Features of this server that no connected API has. `recordTypes`: a list of all types of records, with counts;
 * `flowDetails`: status, steps and description of the flows in their list; `notes`: labels and notes of versions;
 * `runHistory`: lists of all runs of a flow and of all records of a run; `liveRuns`: the server runs flows itself, so it
 * reports progress without delay and ends a test run with its connection.
 */
export const OWN_FEATURES = [
  "recordTypes",
  "flowDetails",
  "descriptions",
  "tags",
  "sampleData",
  "notes",
  "stepSearch",
  "runHistory",
  "stepOutputs",
  "liveRuns",
] as const;

/** Features of a server that runs flows itself, whatever else it offers. */
export const RUN_FEATURES = ["recordTypes", "runHistory", "stepOutputs", "liveRuns"] as const;

export type ServerFeature = ApiFeature | (typeof OWN_FEATURES)[number];
