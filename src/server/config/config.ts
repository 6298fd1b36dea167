import { type ApiKey, parseApiKeys } from "#server/domain/api-keys.ts";
import { type FlowRunConfig, readFlowRunConfig } from "./run-config.ts";
import {
  ENVIRONMENT_SETTINGS,
  RUN_SETTINGS,
  SERVER_SETTINGS,
  type Setting,
  SETTING_PREFIX,
  type SettingValues,
} from "./settings.ts";
import { computeEditDistance } from "#server/domain/find-closest-spelling.ts";
import { flagSchema } from "./setting-schemas.ts";
import { StartupError } from "#server/domain/startup-error.ts";

/** `web` runs no records of batches, `worker` serves no API, `all` does both. */
export type ServerRole = ServerSettingValues["role"];

type ServerSettingValues = SettingValues<typeof SERVER_SETTINGS>;

export interface ServerConfig extends Omit<
  ServerSettingValues,
  "apiKeys" | "upstreamKey" | "upstreamUrl" | "upstreamMs"
> {
  readonly apiKeys: readonly ApiKey[];
  readonly upstream:
    | {
        readonly url: string;
        readonly key: string;
        /** Maximum milliseconds until a response starts, and maximum pause within the response. */
        readonly ms: number;
      }
    | undefined;
  readonly runs: FlowRunConfig;
  /** Sentences about settings that work, but that the operator should change. */
  readonly warnings: readonly string[];
  /** Enables the fault injection of http/mount-fault-injection.ts; possible in test builds only. */
  readonly faults: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset. Error messages never contain a value, which may be a secret. */
export function readServerConfig(env: Environment): ServerConfig {
  refuseUnknown(Object.keys(env));
  const { apiKeys, upstreamKey, upstreamUrl, upstreamMs, ...values } = readSettings(env, SERVER_SETTINGS);
  const runs = readFlowRunConfig(readSettings(env, RUN_SETTINGS), env, values.extraStepTypes);
  const config: ServerConfig = {
    ...values,
    apiKeys: parseApiKeys(apiKeys ?? "", findUsedName(env, "API_KEYS")),
    upstream:
      upstreamKey === undefined
        ? undefined
        : { url: upstreamUrl.replace(/\/v1$/, ""), key: upstreamKey, ms: upstreamMs },
    runs: runs.config,
    // In cloud mode, the connected API runs the flows, with its own secrets.
    warnings: upstreamKey === undefined ? runs.warnings : [],
    faults: readSetting(env, { name: "FAULTS", fallback: "0", schema: flagSchema }) === true,
  };
  refuseOpenServer(config);
  refuseUselessRole(config, findUsedName(env, "ROLE"));
  if (config.databaseListenUrl !== undefined && config.databaseUrl === undefined)
    throw new StartupError(
      `${findUsedName(env, "DATABASE_LISTEN_URL")} is the direct connection beside a pooler, but there is no FLOWLINE_DATABASE_URL, so the embedded store would be used. Set FLOWLINE_DATABASE_URL, or remove it.`,
    );
  return config;
}

function readSettings<Settings extends Readonly<Record<string, Setting>>>(
  env: Environment,
  settings: Settings,
): SettingValues<Settings> {
  const values = Object.entries(settings).map(([key, setting]) => [key, readSetting(env, setting)]);
  return Object.fromEntries(values) as SettingValues<Settings>;
}

function readSetting(env: Environment, { name, fallback, schema }: Omit<Setting, "meaning">): unknown {
  // Ignores FLOWLINE_PORT if Kubernetes set it, as tcp://…, for a Service named “flowline”.
  const isServicePort = name === "PORT" && env["FLOWLINE_PORT"]?.startsWith("tcp://");
  const variable = findUsedName(env, name);
  const text = isServicePort ? "" : env[variable]?.trim();
  const { error, data } = schema.safeParse(text || fallback || undefined);
  if (error) throw new StartupError(`${variable} ${error.issues[0]?.message}.`);
  return data;
}

/** Returns the variable that gives the setting: the one with the prefix, unless only the older name is set. */
function findUsedName(env: Environment, name: string): string {
  const prefixed = SETTING_PREFIX + name;
  return !env[prefixed]?.trim() && env[name]?.trim() ? name : prefixed;
}

const OWN_PREFIX = /^FLOWLINE_/i;
/** Shorter names, such as API_KEY, are often settings of other programs. */
const MIN_MISSPELLED_LENGTH = 8;
/** Edit distances; the larger one is for names with FLOWLINE_, which are meant for this server. */
const MAX_MISSPELLED_DISTANCE = 2;
const MAX_PREFIXED_DISTANCE = 3;

/** Variables that Kubernetes adds to each container if a Service is named “flowline”. */
const KUBERNETES_SERVICE = /^FLOWLINE_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/;

/** Ignoring the variable could start the server without API keys or with the wrong store. */
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

/** Other hosts must need API_KEYS, and PUBLIC_URL, with which the header `Host` is compared. */
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
