import * as z from "zod/mini";
import { type ApiKey, parseApiKeys } from "#server/domain/api-keys.ts";
import { type FlowRunConfig, readFlowRunConfig, runSettingSchemas } from "./run-config.ts";
import { ENVIRONMENT_SETTINGS, SETTING_PREFIX } from "./settings.ts";
import { computeEditDistance } from "#server/domain/find-closest-spelling.ts";
import {
  apiKeySchema,
  removeTrailingSlashes,
  webUrlSchema,
  createIntegerSettingSchema,
  flagSchema,
} from "./setting-schemas.ts";
import { StartupError } from "#server/domain/startup-error.ts";

/** `web` runs no records of batches, `worker` serves no API, `all` does both. */
export type ServerRole = (typeof ROLES)[number];

const ROLES = ["web", "worker", "all"] as const;

export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  /** Maximum number of pooled connections to PostgreSQL. */
  readonly databasePool: number;
  /** URL of a direct connection for LISTEN, which does not work over a pooler in transaction mode. */
  readonly databaseListenUrl: string | undefined;
  readonly role: ServerRole;
  readonly apiKeys: readonly ApiKey[];
  readonly upstream:
    | {
        readonly url: string;
        readonly key: string;
        /** Maximum milliseconds until a response starts, and maximum pause within the response. */
        readonly ms: number;
      }
    | undefined;
  readonly publicUrl: string | undefined;
  /** Number of reverse proxies whose `X-Forwarded-For` entries are trusted. */
  readonly trustedProxies: number;
  readonly extras: boolean;
  readonly extraStepTypes: readonly string[];
  readonly rateLimit: number | undefined;
  readonly logLevel: string;
  /** Whether spans hold the texts of errors of runs. */
  readonly traceErrorTexts: boolean;
  readonly seed: boolean;
  readonly runs: FlowRunConfig;
  /** Sentences about settings that work, but that the operator should change. */
  readonly warnings: readonly string[];
  /** Enables the fault injection of http/mount-fault-injection.ts; possible in test builds only. */
  readonly faults: boolean;
}

const databaseUrlSchema = z.string().check(z.regex(/^postgres(?:ql)?:\/\//, "must begin with postgres://"));

export const environmentVariablesSchema = z.object({
  PORT: createIntegerSettingSchema(0, 65_535),
  HOST: z.string().check(z.regex(/^[\w.:-]+$/, "must be an IP address or a host name")),
  DATA_DIR: z.string(),
  DATABASE_URL: z.optional(databaseUrlSchema),
  DATABASE_POOL: createIntegerSettingSchema(2, 500),
  DATABASE_LISTEN_URL: z.optional(databaseUrlSchema),
  ROLE: z.enum(ROLES, "must be web, worker or all"),
  API_KEYS: z.optional(z.string()),
  RUNTYPE_API_KEY: z.optional(apiKeySchema),
  RUNTYPE_API_URL: webUrlSchema,
  UPSTREAM_TIME_LIMIT: createIntegerSettingSchema(1, 86_400),
  PUBLIC_URL: z.optional(webUrlSchema),
  TRUSTED_PROXIES: createIntegerSettingSchema(0, 10),
  EXTRAS: flagSchema,
  EXTRA_STEP_TYPES: z.optional(
    z.string().check(z.regex(/^[\w-]+(?:\s*,\s*[\w-]+)*$/, "must be a list of step types with commas")),
  ),
  RATE_LIMIT: z.optional(createIntegerSettingSchema(1, 1_000_000)),
  LOG_LEVEL: z.enum(
    ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    "must be trace, debug, info, warn, error, fatal or silent",
  ),
  TRACE_ERROR_TEXTS: flagSchema,
  SEED: flagSchema,
  FAULTS: z.optional(flagSchema),
  ...runSettingSchemas,
});

/**
 * Reads and checks the environment variables; an empty one counts as unset. Error messages never contain a
 * value, because values may be secrets.
 */
export function readServerConfig(env: Readonly<Record<string, string | undefined>>): ServerConfig {
  refuseUnknown(Object.keys(env));
  // Ignores FLOWLINE_PORT if Kubernetes set it, as tcp://…, for a Service named “flowline”.
  const isServicePort = (name: string) => name === "PORT" && env["FLOWLINE_PORT"]?.startsWith("tcp://");
  const fallbacks = ENVIRONMENT_SETTINGS.map(({ name, fallback }) => [name, fallback] as const);
  const given = [...fallbacks, ["FAULTS", ""] as const].map(([name, fallback]) => {
    const value = isServicePort(name) ? undefined : env[findUsedName(env, name)]?.trim();
    return [name, value || fallback || undefined] as const;
  });
  const parsed = environmentVariablesSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartupError(`${findUsedName(env, String(issue?.path[0]))} ${issue?.message}.`);
  }
  const values = parsed.data;
  const extraStepTypes = values.EXTRA_STEP_TYPES?.split(",").map((type) => type.trim()) ?? [];
  const runs = readFlowRunConfig(values, env, extraStepTypes);
  const config: ServerConfig = {
    port: Number(values.PORT),
    host: values.HOST,
    dataDirectory: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    databasePool: Number(values.DATABASE_POOL),
    databaseListenUrl: values.DATABASE_LISTEN_URL,
    role: values.ROLE,
    apiKeys: parseApiKeys(values.API_KEYS ?? "", findUsedName(env, "API_KEYS")),
    upstream:
      values.RUNTYPE_API_KEY === undefined
        ? undefined
        : {
            url: removeTrailingSlashes(values.RUNTYPE_API_URL).replace(/\/v1$/, ""),
            key: values.RUNTYPE_API_KEY,
            ms: Number(values.UPSTREAM_TIME_LIMIT) * 1000,
          },
    publicUrl: values.PUBLIC_URL && removeTrailingSlashes(values.PUBLIC_URL),
    trustedProxies: Number(values.TRUSTED_PROXIES),
    extras: values.EXTRAS === "1",
    extraStepTypes,
    rateLimit: values.RATE_LIMIT === undefined ? undefined : Number(values.RATE_LIMIT),
    logLevel: values.LOG_LEVEL,
    traceErrorTexts: values.TRACE_ERROR_TEXTS === "1",
    seed: values.SEED === "1",
    runs: runs.config,
    // In cloud mode, the connected API runs the flows, with its own secrets.
    warnings: values.RUNTYPE_API_KEY === undefined ? runs.warnings : [],
    faults: values.FAULTS === "1",
  };
  refuseOpenServer(config);
  refuseUselessRole(config, findUsedName(env, "ROLE"));
  if (config.databaseListenUrl !== undefined && config.databaseUrl === undefined)
    throw new StartupError(
      `${findUsedName(env, "DATABASE_LISTEN_URL")} is the direct connection beside a pooler, but there is no FLOWLINE_DATABASE_URL, so the embedded store would be used. Set FLOWLINE_DATABASE_URL, or remove it.`,
    );
  return config;
}

/** Returns the variable that gives the setting: the one with the prefix, unless only the older name is set. */
function findUsedName(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const prefixed = SETTING_PREFIX + name;
  return !env[prefixed]?.trim() && env[name]?.trim() ? name : prefixed;
}

const OWN_PREFIX = /^FLOWLINE_/i;
/**
 * Minimum length of a variable name to be reported as a misspelled setting. Shorter names, such as API_KEY, are often
 * settings of other programs.
 */
const MIN_MISSPELLED_LENGTH = 8;
/**
 * Maximum edit distance at which a variable counts as a misspelled setting. `MAX_PREFIXED_DISTANCE` is
 * larger, because the prefix FLOWLINE_ shows that the variable is meant for this server.
 */
const MAX_MISSPELLED_DISTANCE = 2;
const MAX_PREFIXED_DISTANCE = 3;

/** Variables that Kubernetes adds to each container if a Service is named “flowline”. */
const KUBERNETES_SERVICE = /^FLOWLINE_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/;

/**
 * Throws for a misspelled setting: ignoring the variable could start the server without API keys or with the wrong
 * store.
 */
function refuseUnknown(names: readonly string[]): void {
  const known = ENVIRONMENT_SETTINGS.map(({ name }) => name);
  for (const name of names) {
    if (KUBERNETES_SERVICE.test(name)) continue;
    const plain = name.startsWith(SETTING_PREFIX) ? name.slice(SETTING_PREFIX.length) : name;
    if (known.includes(plain) || plain.startsWith("SECRET_") || plain === "FAULTS") continue;
    const isOwn = OWN_PREFIX.test(name);
    const meant = findMeant(isOwn ? name.replace(OWN_PREFIX, "") : name, known, isOwn);
    if (!isOwn && meant === undefined) continue;
    const hint =
      meant === undefined ? "--help lists the settings" : `did you mean ${SETTING_PREFIX}${meant}?`;
    throw new StartupError(`${name} is not a setting: ${hint}${meant === undefined ? "." : ""}`);
  }
}

function findMeant(name: string, known: readonly string[], isOwn: boolean): string | undefined {
  const isDistinct = name.length >= MIN_MISSPELLED_LENGTH && name.includes("_");
  if (!isOwn && !isDistinct) return undefined;
  const most = isOwn ? MAX_PREFIXED_DISTANCE : MAX_MISSPELLED_DISTANCE;
  const [best] = known
    .map((setting) => ({ setting, distance: computeEditDistance(name.toUpperCase(), setting) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.setting;
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Whether browsers reach this server by https, through a proxy: the server itself speaks plain HTTP. */
export function hasHttpsAddress({ publicUrl }: Pick<ServerConfig, "publicUrl">): boolean {
  return publicUrl?.startsWith("https:") ?? false;
}

/**
 * Throws if other hosts can reach a server without API_KEYS, or without PUBLIC_URL, with which the header
 * `Host` is compared.
 */
function refuseOpenServer({ host, apiKeys, publicUrl, faults }: ServerConfig): void {
  if (!isLoopbackHost(host) && apiKeys.length === 0) {
    throw new StartupError(
      `FLOWLINE_HOST is ${host}, which other machines can reach, but FLOWLINE_API_KEYS is not set, so anyone could change your flows. Set FLOWLINE_API_KEYS, or leave FLOWLINE_HOST at 127.0.0.1.`,
    );
  }
  if (!isLoopbackHost(host) && publicUrl === undefined) {
    throw new StartupError(
      `FLOWLINE_HOST is ${host}, which other machines can reach, but FLOWLINE_PUBLIC_URL is not set, so requests for other host names can’t be recognized. Set FLOWLINE_PUBLIC_URL to the public address, or leave FLOWLINE_HOST at 127.0.0.1.`,
    );
  }
  if (publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).hostname) && apiKeys.length === 0) {
    throw new StartupError(
      "FLOWLINE_PUBLIC_URL is a public address, but FLOWLINE_API_KEYS is not set, so anyone could change your flows. Set FLOWLINE_API_KEYS, or remove FLOWLINE_PUBLIC_URL.",
    );
  }
  if (faults && import.meta.env.MODE !== "test") {
    throw new StartupError("FLOWLINE_FAULTS is for test builds only; start the server without it.");
  }
}

/** Throws for a role that requires other servers beside this one, if no other server can share its store. */
function refuseUselessRole({ role, databaseUrl, upstream }: ServerConfig, name: string): void {
  if (role === "all") return;
  if (upstream) {
    throw new StartupError(
      `${name} is ${role}, but with FLOWLINE_RUNTYPE_API_KEY the platform runs all flows. Remove ${name}, or FLOWLINE_RUNTYPE_API_KEY.`,
    );
  }
  if (databaseUrl === undefined) {
    throw new StartupError(
      `${name} is ${role}, but only one server can use the embedded store. Set FLOWLINE_DATABASE_URL to a PostgreSQL that all servers share, or remove ${name}.`,
    );
  }
}
