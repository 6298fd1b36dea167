/** Prefix of the server's environment variables: variables of other programs are not read as settings. */
export const SETTING_PREFIX = "FLOWLINE_";

export interface EnvironmentSetting {
  /** Name without the prefix; the server still reads this older name too. */
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const ENVIRONMENT_SETTINGS: readonly EnvironmentSetting[] = [
  { name: "PORT", fallback: "4400", meaning: "Port to listen on; 0 takes any free one." },
  {
    name: "HOST",
    fallback: "127.0.0.1",
    meaning: "Address to listen on. Any but loopback needs FLOWLINE_API_KEYS and FLOWLINE_PUBLIC_URL.",
  },
  {
    name: "DATA_DIR",
    fallback: ".data",
    meaning: "Directory of the embedded store, for one server at a time.",
  },
  {
    name: "DATABASE_URL",
    fallback: "",
    meaning: "postgres://… of a PostgreSQL server (15 or newer), used instead of the embedded store.",
  },
  {
    name: "DATABASE_POOL",
    fallback: "10",
    meaning: "Size of the connection pool; one more connection receives change events.",
  },
  {
    name: "DATABASE_LISTEN_URL",
    fallback: "",
    meaning:
      "Where FLOWLINE_DATABASE_URL names a pooler in transaction mode, e.g. PgBouncer: postgres://… of the same database without the pooler, for LISTEN and migrations.",
  },
  {
    name: "ROLE",
    fallback: "all",
    meaning:
      "web serves the dashboard and the API and leaves the records of batches to workers; worker runs those and serves only /healthz, /readyz and /metrics; all does both. web and worker need FLOWLINE_DATABASE_URL.",
  },
  {
    name: "API_KEYS",
    fallback: "",
    meaning:
      "Require an API key: <key>=<scope>+<scope>,… with keys of at least 16 characters; <key>=* or <key> alone has all scopes. <key>=<scopes>=<name> names the key, for the authors of versions.",
  },
  {
    name: "RUNTYPE_API_KEY",
    fallback: "",
    meaning: "Cloud mode: forward /v1/* to the Runtype API with this key.",
  },
  {
    name: "RUNTYPE_API_URL",
    fallback: "https://api.runtype.com",
    meaning: "Base URL of the Runtype API in cloud mode.",
  },
  {
    name: "UPSTREAM_TIME_LIMIT",
    fallback: "60",
    meaning:
      "Time limit in seconds for a response of that API, and for a pause within one; runs use FLOWLINE_RUN_TIME_LIMIT if that is longer.",
  },
  {
    name: "PUBLIC_URL",
    fallback: "",
    meaning:
      "Public address of this server, e.g. https://flows.example.com. Any but loopback needs FLOWLINE_API_KEYS.",
  },
  {
    name: "TRUSTED_PROXIES",
    fallback: "0",
    meaning:
      "Number of reverse proxies in front of this server. The client address that they add to X-Forwarded-For is used to count failed sign-ins and requests without a key, and in security events.",
  },
  {
    name: "EXTRAS",
    fallback: "1",
    meaning: "0 turns off all extensions of the documented API for programs.",
  },
  {
    name: "EXTRA_STEP_TYPES",
    fallback: "",
    meaning: "Step types to accept beside the known ones, separated by commas.",
  },
  {
    name: "RATE_LIMIT",
    fallback: "",
    meaning:
      "Requests per minute and key, on all servers together; without a key, and for signing in and out, per client address and server. None by default.",
  },
  {
    name: "MODEL_BASE_URL",
    fallback: "",
    meaning: "Base URL of the OpenAI-compatible API for prompt steps, e.g. https://api.openai.com/v1.",
  },
  { name: "MODEL_API_KEY", fallback: "", meaning: "API key of the model server." },
  {
    name: "SECRET_<KEY>",
    fallback: "",
    meaning:
      "Value of {{secret:KEY}} in flows. Redacted from results, logs and errors; shorter than 6 characters, only where it stands alone.",
  },
  {
    name: "SECRET_<KEY>_ALLOW",
    fallback: "",
    meaning:
      "Hosts and step types that may use that secret, separated by commas, e.g. api.example.com,prompt. By default, only requests (api-call, fetch-url) may use it, to any host; scripts, templates, conditions and variables may not.",
  },
  {
    name: "SECRETS_REQUIRE_HOSTS",
    fallback: "0",
    meaning: "1 refuses requests with a secret that has no list of hosts.",
  },
  {
    name: "SMTP_URL",
    fallback: "",
    meaning: "Mail server of send-email steps, e.g. smtp://user:password@mail.example.com:587.",
  },
  { name: "MAIL_RECIPIENT_LIMIT", fallback: "50", meaning: "Maximum recipients per send-email step." },
  {
    name: "ALLOW_PRIVATE_HTTP",
    fallback: "",
    meaning: "Private addresses that flows may call, as host:port, separated by commas.",
  },
  { name: "STEP_TIME_LIMIT", fallback: "60", meaning: "Time limit of one attempt at a step, in seconds." },
  { name: "RUN_TIME_LIMIT", fallback: "600", meaning: "Time limit of one run of a flow, in seconds." },
  {
    name: "RUN_CONCURRENCY",
    fallback: "64",
    meaning: "Batch records that this server runs in parallel; most of them wait for responses.",
  },
  {
    name: "SCRIPT_THREADS",
    fallback: "",
    meaning: "Threads for scripts, conditions and Liquid templates. By default one per core, at most 8.",
  },
  {
    name: "RESULT_RETENTION_DAYS",
    fallback: "30",
    meaning: "Days that batches and step results are kept.",
  },
  { name: "LOG_LEVEL", fallback: "info", meaning: "trace, debug, info, warn, error, fatal or silent." },
  {
    name: "TRACE_ERROR_TEXTS",
    fallback: "0",
    meaning:
      "1 adds the texts of failed steps to traces. They may quote records; without them, traces have codes.",
  },
  { name: "SEED", fallback: "1", meaning: "0 leaves a new embedded store empty." },
];

export function formatSettingsHelp(): string {
  const names = ENVIRONMENT_SETTINGS.map(({ name }) => SETTING_PREFIX + name);
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  const rows = ENVIRONMENT_SETTINGS.map(({ fallback, meaning }, index) => {
    return `  ${names[index]?.padEnd(width)}${meaning}${fallback === "" ? "" : ` [${fallback}]`}`;
  });
  const title = `Flowline is configured by environment variables; their names without ${SETTING_PREFIX} are still read:`;
  return [title, "", ...rows, ""].join("\n");
}
