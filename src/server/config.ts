import * as z from "zod/mini";
import { type ApiKey, readApiKeys } from "./http/api-keys.ts";
import { type RunConfig, readRunConfig, runEnvironment } from "./run-config.ts";
import { SETTINGS } from "./settings.ts";
import { keyText, webUrl, wholeNumber } from "./setting-schemas.ts";
import { StartupError } from "./store/startup-error.ts";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly apiKeys: readonly ApiKey[];
  /** Set in cloud mode. */
  readonly upstream: { readonly url: string; readonly key: string } | undefined;
  readonly publicUrl: string | undefined;
  readonly extras: boolean;
  readonly extraStepTypes: readonly string[];
  /** Requests per minute. */
  readonly rateLimit: number | undefined;
  readonly logLevel: string;
  readonly seed: boolean;
  readonly runs: RunConfig;
  /** Test builds only. */
  readonly faults: boolean;
}

const flag = z.enum(["0", "1"], "must be 0 or 1");

const environment = z.object({
  PORT: wholeNumber(0, 65_535),
  HOST: z.string().check(z.regex(/^[\w.:-]+$/, "must be an IP address or a host name")),
  DATA_DIR: z.string(),
  DATABASE_URL: z.optional(z.string().check(z.regex(/^postgres(?:ql)?:\/\//, "must begin with postgres://"))),
  API_KEYS: z.optional(z.string()),
  RUNTYPE_API_KEY: z.optional(keyText),
  RUNTYPE_API_URL: webUrl,
  PUBLIC_URL: z.optional(webUrl),
  EXTRAS: flag,
  EXTRA_STEP_TYPES: z.optional(
    z.string().check(z.regex(/^[\w-]+(?:\s*,\s*[\w-]+)*$/, "must be a list of step types with commas")),
  ),
  RATE_LIMIT: z.optional(wholeNumber(1, 1_000_000)),
  LOG_LEVEL: z.enum(
    ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    "must be trace, debug, info, warn, error, fatal or silent",
  ),
  SEED: flag,
  FAULTS: z.optional(flag),
  ...runEnvironment,
});

/** Reads the environment. An empty variable counts as absent; a wrong one throws a sentence that never shows its value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const fallbacks = SETTINGS.map(({ name, fallback }) => [name, fallback] as const);
  const given = [...fallbacks, ["FAULTS", ""] as const].map(
    ([name, fallback]) => [name, env[name]?.trim() || fallback || undefined] as const,
  );
  const parsed = environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartupError(`${String(issue?.path[0])} ${issue?.message}.`);
  }
  const values = parsed.data;
  const config: Config = {
    port: Number(values.PORT),
    host: values.HOST,
    dataDirectory: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    apiKeys: readApiKeys(values.API_KEYS ?? ""),
    upstream:
      values.RUNTYPE_API_KEY === undefined
        ? undefined
        : { url: values.RUNTYPE_API_URL.replace(/(?:\/v1)?\/*$/, ""), key: values.RUNTYPE_API_KEY },
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, ""),
    extras: values.EXTRAS === "1",
    extraStepTypes: values.EXTRA_STEP_TYPES?.split(",").map((type) => type.trim()) ?? [],
    rateLimit: values.RATE_LIMIT === undefined ? undefined : Number(values.RATE_LIMIT),
    logLevel: values.LOG_LEVEL,
    seed: values.SEED === "1",
    runs: readRunConfig(values, env),
    faults: values.FAULTS === "1",
  };
  refuseOpenServer(config);
  return config;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function refuseOpenServer({ host, apiKeys, faults }: Config): void {
  if (!isLoopback(host) && apiKeys.length === 0) {
    throw new StartupError(
      `HOST is ${host}, which others can reach, but there are no API_KEYS: anybody could change your flows. Set API_KEYS, or leave HOST at 127.0.0.1.`,
    );
  }
  if (faults && import.meta.env.MODE !== "test") {
    throw new StartupError("FAULTS is for test builds only; start the server without it.");
  }
}
