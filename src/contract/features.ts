/** Features made of documented requests, which a connected API may lack or refuse to the server's key. */
export const API_FEATURES = [
  "dispatch",
  "runOnRecordType",
  "runOnRecords",
  "batches",
  "schedules",
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

/** Features that a server has or lacks whatever an API answers. */
export const SERVER_FEATURES = [
  /** Programs can name the version that their save or publish is based on. */
  "versionCheck",
  /** The validation knows the account, so it may find more than the analysis of the page. */
  "accountValidation",
  "events",
  /** Events about all changes, whichever program makes them. */
  "outsideChanges",
  "stepSearch",
  /** Status, steps and description of the flows in their list. */
  "flowDetails",
  "descriptions",
  "tags",
  /** Browsers may hold tags of flows from the time before this server could store tags. */
  "tagUpload",
  "sampleData",
  "notes",
  "recordTypes",
  /** A list of the runs of all flows. */
  "allRuns",
  /** Mails and requests about runs that fail, recover or do not happen. */
  "alerts",
  /** Complete lists of a flow's runs, and of the records of a run. */
  "flowRuns",
  /** Retries from the failed step, of the steps that ran, or with other inputs. */
  "retryOptions",
  /** Outcomes of the last runs in the list of flows, and figures of the last days. */
  "runHealth",
  /** Times and whole outputs of runs. */
  "runDetails",
  /** The server runs flows itself: it reports progress without delay, and ends a test run with its connection. */
  "liveRuns",
  /** Runs use the services, secrets and limits of this server. */
  "runSettings",
] as const;

export type ServerFeature = ApiFeature | (typeof SERVER_FEATURES)[number];

/** Whether the server offers each feature: true, or a sentence that says why not and what is done instead. */
export type FeatureStates = Readonly<Record<ServerFeature, true | string>>;
