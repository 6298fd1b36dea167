import * as z from "zod/mini";
import {
  apiKeySchema,
  choiceSchema,
  databaseUrlSchema,
  flagSchema,
  hostSchema,
  integerSchema,
  mailFromSchema,
  privatePlacesSchema,
  secondsSchema,
  smtpUrlSchema,
  stepTypesSchema,
  webUrlSchema,
} from "./setting-schemas.ts";

/** Prefix of the server's environment variables: variables of other programs are not read as settings. */
export const SETTING_PREFIX = "FLOWLINE_";

export interface Setting<Schema extends z.ZodMiniType = z.ZodMiniType> {
  /** Name without the prefix; the server still reads this older name too. */
  readonly name: string;
  /** The default as text; empty if there is none. */
  readonly fallback: string;
  /** Checks the text, and returns the value in the configuration. */
  readonly schema: Schema;
  /** Markdown; `--help` prints it without backticks. */
  readonly meaning: string;
}

const setting = <Schema extends z.ZodMiniType>(
  name: string,
  fallback: string,
  schema: Schema,
  meaning: string,
): Setting<Schema> => ({ name, fallback, schema, meaning });

/** Each setting under the name of its value in the configuration. */
export const SERVER_SETTINGS = {
  port: setting("PORT", "4400", integerSchema(0, 65_535), "Port to listen on; `0` takes any free one."),
  host: setting(
    "HOST",
    "127.0.0.1",
    hostSchema,
    "Address to listen on. Any but loopback needs `FLOWLINE_API_KEYS` and `FLOWLINE_PUBLIC_URL`.",
  ),
  dataDirectory: setting(
    "DATA_DIR",
    ".data",
    z.string(),
    "Directory of the embedded store, for one server at a time.",
  ),
  databaseUrl: setting(
    "DATABASE_URL",
    "",
    z.optional(databaseUrlSchema),
    "`postgres://…` of a PostgreSQL server (15 or newer), used instead of the embedded store.",
  ),
  databasePool: setting(
    "DATABASE_POOL",
    "10",
    integerSchema(2, 500),
    "Size of the connection pool; one more connection receives change events.",
  ),
  databaseListenUrl: setting(
    "DATABASE_LISTEN_URL",
    "",
    z.optional(databaseUrlSchema),
    "Where `FLOWLINE_DATABASE_URL` names a pooler in transaction mode, e.g. PgBouncer: `postgres://…` of the same database without the pooler, for LISTEN and migrations.",
  ),
  role: setting(
    "ROLE",
    "all",
    choiceSchema("web", "worker", "all"),
    "`web` serves the dashboard and the API and leaves the records of batches to workers; `worker` runs those and serves only `/healthz`, `/readyz` and `/metrics`; `all` does both. `web` and `worker` need `FLOWLINE_DATABASE_URL`.",
  ),
  apiKeys: setting(
    "API_KEYS",
    "",
    z.optional(z.string()),
    "Require an API key: `<key>=<scope>+<scope>,…` with keys of at least 16 characters; `<key>=*` or `<key>` alone has all scopes. `<key>=<scopes>=<name>` names the key, for the authors of versions.",
  ),
  upstreamKey: setting(
    "RUNTYPE_API_KEY",
    "",
    z.optional(apiKeySchema),
    "Cloud mode: forward `/v1/*` to the Runtype API with this key.",
  ),
  upstreamUrl: setting(
    "RUNTYPE_API_URL",
    "https://api.runtype.com",
    webUrlSchema,
    "Base URL of the Runtype API in cloud mode.",
  ),
  upstreamMs: setting(
    "UPSTREAM_TIME_LIMIT",
    "60",
    secondsSchema,
    "Time limit in seconds for a response of that API, and for a pause within one; runs use `FLOWLINE_RUN_TIME_LIMIT` if that is longer.",
  ),
  publicUrl: setting(
    "PUBLIC_URL",
    "",
    z.optional(webUrlSchema),
    "Public address of this server, e.g. `https://flows.example.com`. Any but loopback needs `FLOWLINE_API_KEYS`.",
  ),
  trustedProxies: setting(
    "TRUSTED_PROXIES",
    "0",
    integerSchema(0, 10),
    "Number of reverse proxies in front of this server. The client address that they add to `X-Forwarded-For` is used to count failed sign-ins and requests without a key, and in security events.",
  ),
  extras: setting(
    "EXTRAS",
    "1",
    flagSchema,
    "0 turns off all extensions of the documented API for programs.",
  ),
  extraStepTypes: setting(
    "EXTRA_STEP_TYPES",
    "",
    stepTypesSchema,
    "Step types to accept beside the known ones, separated by commas.",
  ),
  rateLimit: setting(
    "RATE_LIMIT",
    "",
    z.optional(integerSchema(1, 1_000_000)),
    "Requests per minute and key, on all servers together; without a key, and for signing in and out, per client address and server. None by default.",
  ),
  logLevel: setting(
    "LOG_LEVEL",
    "info",
    choiceSchema("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    "`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.",
  ),
  traceErrorTexts: setting(
    "TRACE_ERROR_TEXTS",
    "0",
    flagSchema,
    "`1` adds the texts of failed steps to traces. They may quote records; without them, traces have codes.",
  ),
  seed: setting("SEED", "1", flagSchema, "`0` leaves a new embedded store empty."),
};

/** Settings of runs: their values are in `runs` of the configuration. */
export const RUN_SETTINGS = {
  modelUrl: setting(
    "MODEL_BASE_URL",
    "",
    z.optional(webUrlSchema),
    "Base URL of the OpenAI-compatible API for prompt steps, e.g. `https://api.openai.com/v1`.",
  ),
  modelKey: setting("MODEL_API_KEY", "", z.optional(apiKeySchema), "API key of the model server."),
  secretsRequireHosts: setting(
    "SECRETS_REQUIRE_HOSTS",
    "0",
    flagSchema,
    "1 refuses requests with a secret that has no list of hosts.",
  ),
  smtpUrl: setting(
    "SMTP_URL",
    "",
    z.optional(smtpUrlSchema),
    "Mail server of `send-email` steps and alerts, e.g. `smtp://user:password@mail.example.com:587`.",
  ),
  mailFrom: setting(
    "MAIL_FROM",
    "",
    z.optional(mailFromSchema),
    "Sender of the mails of alerts, e.g. `Flowline <alerts@example.com>`. By default the user of `FLOWLINE_SMTP_URL`, if that is an address.",
  ),
  recipientLimit: setting(
    "MAIL_RECIPIENT_LIMIT",
    "50",
    integerSchema(1, 1000),
    "Maximum recipients per send-email step or alert.",
  ),
  allowPrivateHttp: setting(
    "ALLOW_PRIVATE_HTTP",
    "",
    privatePlacesSchema,
    "Private addresses that flows may call, as `host:port`, separated by commas.",
  ),
  stepMs: setting("STEP_TIME_LIMIT", "60", secondsSchema, "Time limit of one attempt at a step, in seconds."),
  runMs: setting("RUN_TIME_LIMIT", "600", secondsSchema, "Time limit of one run of a flow, in seconds."),
  concurrency: setting(
    "RUN_CONCURRENCY",
    "64",
    integerSchema(1, 10_000),
    "Batch records that this server runs in parallel; most of them wait for responses.",
  ),
  scriptThreads: setting(
    "SCRIPT_THREADS",
    "",
    z.optional(integerSchema(1, 64)),
    "Threads for scripts, conditions and Liquid templates. By default one per core, at most 8.",
  ),
  retentionDays: setting(
    "RESULT_RETENTION_DAYS",
    "30",
    integerSchema(1, 36_500),
    "Days that batches and step results are kept.",
  ),
};

/** Read for each secret by `readFlowRunConfig`. */
const SECRET_SETTINGS = [
  {
    name: "SECRET_<KEY>",
    fallback: "",
    meaning:
      "Value of `{{secret:KEY}}` in flows. Redacted from results, logs and errors; shorter than 6 characters, only where it stands alone.",
  },
  {
    name: "SECRET_<KEY>_ALLOW",
    fallback: "",
    meaning:
      "Hosts and step types that may use that secret, separated by commas, e.g. `api.example.com,prompt`. By default, only requests (`api-call`, `fetch-url`) may use it, to any host; scripts, templates, conditions and variables may not.",
  },
];

export type SettingValues<Settings extends Readonly<Record<string, Setting>>> = {
  readonly [Key in keyof Settings]: z.output<Settings[Key]["schema"]>;
};

export const ENVIRONMENT_SETTINGS: readonly Omit<Setting, "schema">[] = [
  ...Object.values(SERVER_SETTINGS),
  ...Object.values(RUN_SETTINGS),
  ...SECRET_SETTINGS,
];

export function formatSettingsHelp(): string {
  const names = ENVIRONMENT_SETTINGS.map(({ name }) => SETTING_PREFIX + name);
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  const rows = ENVIRONMENT_SETTINGS.map(({ fallback, meaning }, index) => {
    const text = meaning.replaceAll("`", "");
    return `  ${names[index]?.padEnd(width)}${text}${fallback === "" ? "" : ` [${fallback}]`}`;
  });
  const title = `Flowline is configured by environment variables; their names without ${SETTING_PREFIX} are still read:`;
  return [title, "", ...rows, ""].join("\n");
}
