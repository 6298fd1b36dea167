export interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every environment variable that the server reads, for `--help` and the README. */
export const SETTINGS: readonly Setting[] = [
  { name: "PORT", fallback: "4400", meaning: "Port to listen on; 0 takes any free one." },
  { name: "HOST", fallback: "127.0.0.1", meaning: "Address to listen on. Any but loopback needs API_KEYS." },
  { name: "DATA_DIR", fallback: ".data", meaning: "Directory of the embedded store." },
  { name: "DATABASE_URL", fallback: "", meaning: "postgres://… to use a PostgreSQL server instead." },
  {
    name: "API_KEYS",
    fallback: "",
    meaning: "Demand a key: <key>=<scope>+<scope>,… with `*` or nothing after a key for all scopes.",
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
    name: "PUBLIC_URL",
    fallback: "",
    meaning: "Address under which people reach this server, e.g. https://flows.example.com.",
  },
  { name: "EXTRAS", fallback: "1", meaning: "0 answers the documented API and nothing more." },
  {
    name: "EXTRA_STEP_TYPES",
    fallback: "",
    meaning: "Step types to accept beside the known ones, separated by commas.",
  },
  { name: "RATE_LIMIT", fallback: "", meaning: "Requests per minute and key; none by default." },
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
    name: "SMTP_URL",
    fallback: "",
    meaning: "Mail server of send-email steps, e.g. smtp://user:password@mail.example.com:587.",
  },
  {
    name: "ALLOW_PRIVATE_HTTP",
    fallback: "",
    meaning: "Private addresses that flows may call all the same: host:port, separated by commas.",
  },
  { name: "STEP_TIME_LIMIT", fallback: "60", meaning: "Seconds that one attempt at a step may take." },
  { name: "RUN_TIME_LIMIT", fallback: "600", meaning: "Seconds that the run of one flow may take." },
  {
    name: "RESULT_RETENTION_DAYS",
    fallback: "30",
    meaning: "Days after which batches and step results are forgotten.",
  },
  { name: "LOG_LEVEL", fallback: "info", meaning: "trace, debug, info, warn, error, fatal or silent." },
  { name: "SEED", fallback: "1", meaning: "0 leaves a new embedded store empty." },
];

export function settingsTable(): string {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length)) + 2;
  const rows = SETTINGS.map(({ name, fallback, meaning }) => {
    return `  ${name.padEnd(width)}${meaning}${fallback === "" ? "" : ` [${fallback}]`}`;
  });
  return ["Flowline is configured by environment variables:", "", ...rows, ""].join("\n");
}
