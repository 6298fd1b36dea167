/** Begins the name of every environment variable that the server reads, so that it reads none of other programs. */
export const SETTING_PREFIX = "FLOWLINE_";

export interface EnvironmentSetting {
  /** Name without the prefix, which is an older name that is still read. */
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
  { name: "DATA_DIR", fallback: ".data", meaning: "Directory of the embedded store." },
  {
    name: "DATABASE_URL",
    fallback: "",
    meaning: "postgres://… to use a PostgreSQL server (15 or newer) instead.",
  },
  {
    name: "DATABASE_POOL",
    fallback: "10",
    meaning: "Connections of this server to that PostgreSQL; one more receives the change events.",
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
      "Demand a key: <key>=<scope>+<scope>,… with keys of at least 16 characters; <key>=* or <key> alone has all scopes. <key>=<scopes>=<name> names the key, for the authors of versions.",
  },
  {
    name: "RUNTYPE_API_KEY",
    fallback: "",
    meaning: "Cloud mode: pass /v1/* to the Runtype API with this key.",
  },
  {
    name: "RUNTYPE_API_URL",
    fallback: "https://api.runtype.com",
    meaning: "The API that cloud mode passes to.",
  },
  {
    name: "UPSTREAM_TIME_LIMIT",
    fallback: "60",
    meaning:
      "Seconds that cloud mode waits for that API to answer, and to go on with an answer; FLOWLINE_RUN_TIME_LIMIT for runs if that is longer.",
  },
  {
    name: "PUBLIC_URL",
    fallback: "",
    meaning:
      "Address under which people reach this server, e.g. https://flows.example.com. Any but loopback needs FLOWLINE_API_KEYS.",
  },
  {
    name: "TRUSTED_PROXIES",
    fallback: "0",
    meaning:
      "Reverse proxies before this server; wrong keys are counted by the address that they add to X-Forwarded-For.",
  },
  { name: "EXTRAS", fallback: "1", meaning: "0 answers the documented API and nothing more." },
  {
    name: "EXTRA_STEP_TYPES",
    fallback: "",
    meaning: "Step types to accept beside the known ones, separated by commas.",
  },
  {
    name: "RATE_LIMIT",
    fallback: "",
    meaning: "Requests per minute and key, on all servers together; none by default.",
  },
  {
    name: "MODEL_BASE_URL",
    fallback: "",
    meaning: "OpenAI-compatible API that prompts ask, e.g. https://api.openai.com/v1.",
  },
  { name: "MODEL_API_KEY", fallback: "", meaning: "Key of that API." },
  {
    name: "SECRET_<KEY>",
    fallback: "",
    meaning: "What {{secret:KEY}} stands for in flows; shown by no result, log or error.",
  },
  {
    name: "SECRET_<KEY>_ALLOW",
    fallback: "",
    meaning:
      "Hosts and step types that may have that secret, separated by commas, e.g. api.example.com,prompt. By default requests (api-call, fetch-url) send it to any host, and nothing else uses it: no script, template, condition or variable.",
  },
  {
    name: "SMTP_URL",
    fallback: "",
    meaning: "Mail server of send-email steps, e.g. smtp://user:password@mail.example.com:587.",
  },
  { name: "MAIL_RECIPIENT_LIMIT", fallback: "50", meaning: "Recipients that one send-email step may have." },
  {
    name: "ALLOW_PRIVATE_HTTP",
    fallback: "",
    meaning: "Private addresses that flows may call all the same: host:port, separated by commas.",
  },
  { name: "STEP_TIME_LIMIT", fallback: "60", meaning: "Seconds that one attempt at a step may take." },
  { name: "RUN_TIME_LIMIT", fallback: "600", meaning: "Seconds that the run of one flow may take." },
  {
    name: "RUN_CONCURRENCY",
    fallback: "64",
    meaning: "Records of batches that this server runs at once, most of them waiting for an answer.",
  },
  {
    name: "SCRIPT_THREADS",
    fallback: "",
    meaning:
      "Threads that run scripts, conditions and Liquid templates; further ones wait. By default one for each core, at most 8.",
  },
  {
    name: "RESULT_RETENTION_DAYS",
    fallback: "30",
    meaning: "Days after which batches and step results are forgotten.",
  },
  { name: "LOG_LEVEL", fallback: "info", meaning: "trace, debug, info, warn, error, fatal or silent." },
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
