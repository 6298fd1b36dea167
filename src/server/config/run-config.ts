import { availableParallelism } from "node:os";
import { STEP_TYPES } from "#contract/step-types.ts";
import { computeEditDistance } from "#server/domain/find-closest-spelling.ts";
import {
  type ManagedSecret,
  maySendSecretToAnyHost,
  parseSecretAllowList,
  refuseSecretInRequests,
} from "#server/domain/managed-secret.ts";
import { MIN_SECRET_LENGTH } from "#server/redaction/run-secret-redactor.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import { type RUN_SETTINGS, SETTING_PREFIX, type SettingValues } from "./settings.ts";

type RunSettingValues = SettingValues<typeof RUN_SETTINGS>;

export interface FlowRunConfig extends RunSettingValues {
  readonly secrets: Readonly<Record<string, ManagedSecret>>;
  /** Number of threads for scripts, conditions and templates, and so of records that compute at once. */
  readonly scriptThreads: number;
}

/** Upper limit of the default number of threads: each may take 290 MB. */
const DEFAULT_SCRIPT_THREADS = 8;

const SECRET = /^(?:FLOWLINE_)?SECRET_(\w+)$/;
const SECRET_PREFIX = `${SETTING_PREFIX}SECRET_`;
const ALLOW = "_ALLOW";

export function readFlowRunConfig(
  values: RunSettingValues,
  env: Readonly<Record<string, string | undefined>>,
  extraStepTypes: readonly string[],
): { readonly config: FlowRunConfig; readonly warnings: readonly string[] } {
  const knownTypes = [...STEP_TYPES.map(({ type }) => type), ...extraStepTypes];
  const { secrets, warnings } = readSecrets(env, knownTypes, values.secretsRequireHosts);
  const scriptThreads =
    values.scriptThreads ?? Math.min(Math.max(availableParallelism(), 1), DEFAULT_SCRIPT_THREADS);
  const config = { ...values, secrets, scriptThreads };
  return { config, warnings: [...warnings, ...warnOfShortSecrets(config)] };
}

/** Warns of `SECRET_<KEY>`: other programs have such variables, which flows could then use. */
function readSecrets(
  env: Readonly<Record<string, string | undefined>>,
  knownTypes: readonly string[],
  requireHosts: boolean,
): { readonly secrets: FlowRunConfig["secrets"]; readonly warnings: readonly string[] } {
  const given = new Map<string, { readonly name: string; readonly value: string }>();
  for (const [name, value = ""] of Object.entries(env)) {
    const key = SECRET.exec(name)?.[1];
    if (key === undefined && name.startsWith(SECRET_PREFIX))
      throw new StartupError(
        `${name} is not a setting: the name of a secret has letters, digits and _ only.`,
      );
    if (key === undefined || value === "") continue;
    if (name.startsWith(SECRET_PREFIX) || !given.has(key)) given.set(key, { name, value });
  }
  refuseMisspelledAllowLists([...given.keys()]);
  const secrets = new Map<string, ManagedSecret>();
  const withoutHosts: string[] = [];
  for (const [key, { name, value }] of given) {
    if (key.endsWith(ALLOW)) {
      if (given.has(key.slice(0, -ALLOW.length))) continue;
      const missing = `${SECRET_PREFIX}${key.slice(0, -ALLOW.length)}`;
      throw new StartupError(`${name} limits a secret that is not set: set ${missing}, or remove it.`);
    }
    const list = given.get(`${key}${ALLOW}`);
    const allowed = parseSecretAllowList(list?.value ?? "", knownTypes);
    if ("unknown" in allowed)
      throw new StartupError(
        `${list?.name} entry ${allowed.unknown} is neither a step type, such as prompt, nor a host, such as api.example.com or *.example.com.`,
      );
    const secret = { value, ...allowed };
    if (maySendSecretToAnyHost(secret)) {
      withoutHosts.push(key);
      secrets.set(key, requireHosts ? refuseSecretInRequests(secret) : secret);
    } else secrets.set(key, secret);
  }
  const old = [...given.entries()].filter(
    ([key, { name }]) => secrets.has(key) && !name.startsWith(SECRET_PREFIX),
  );
  return {
    secrets: Object.fromEntries(secrets),
    warnings: [
      ...old.map(([, { name }]) => describeOldSecretName(name)),
      ...(withoutHosts.length > 0 ? [describeSecretsWithoutHosts(withoutHosts, requireHosts)] : []),
    ],
  };
}

/** Leaves out the key of the model server, because local ones accept any word. */
function warnOfShortSecrets({ secrets, smtpUrl }: FlowRunConfig): readonly string[] {
  const named = Object.entries(secrets).map(([key, { value }]) => [`${SECRET_PREFIX}${key}`, value] as const);
  const [, password = ""] = passwordsOf(smtpUrl);
  return [...named, [`The password in ${SETTING_PREFIX}SMTP_URL`, password] as const]
    .map(([name, text]) => [name, text.trim().length] as const)
    .filter(([, length]) => length > 0 && length < MIN_SECRET_LENGTH)
    .map(
      ([name]) =>
        `${name} is shorter than ${MIN_SECRET_LENGTH} characters, so results, logs and errors hide it only where it stands alone. Use a longer one.`,
    );
}

/** Names all secrets in one sentence, because a server may have dozens. */
function describeSecretsWithoutHosts(keys: readonly string[], requireHosts: boolean): string {
  const advice = `List the hosts of each in ${SECRET_PREFIX}<KEY>${ALLOW}.`;
  return requireHosts
    ? `Requests with these secrets are refused, because they have no list of hosts: ${keys.join(", ")}. ${advice}`
    : `Flows may send these secrets to any host: ${keys.join(", ")}. ${advice} ${SETTING_PREFIX}SECRETS_REQUIRE_HOSTS=1 refuses such secrets.`;
}

/** Throws for a name such as KEY_ALOW beside KEY: as another secret it would leave KEY unrestricted. */
function refuseMisspelledAllowLists(keys: readonly string[]): void {
  for (const key of keys) {
    const [, secret = "", ending = ""] = /^(\w+)(_[^_]{4,})$/.exec(key) ?? [];
    if (!keys.includes(secret) || ending === ALLOW || computeEditDistance(ending, ALLOW) > 2) continue;
    throw new StartupError(
      `${SECRET_PREFIX}${key} is not a setting: did you mean ${SECRET_PREFIX}${secret}${ALLOW}?`,
    );
  }
}

function describeOldSecretName(name: string): string {
  return `Flows can use the secret in ${name}. Rename the variable to ${SETTING_PREFIX}${name}, so that flows never get secrets of other programs.`;
}

export function listSecretTextsToRedact({ modelKey, smtpUrl, secrets }: FlowRunConfig): readonly string[] {
  return [modelKey ?? "", ...passwordsOf(smtpUrl), ...Object.values(secrets).map(({ value }) => value)];
}

/** Returns the SMTP password both as written in the URL and decoded, because errors may quote either form. */
function passwordsOf(smtpUrl: string | undefined): readonly string[] {
  const written = smtpUrl === undefined ? "" : new URL(smtpUrl).password;
  return [written, new URLSearchParams(`p=${written.replaceAll("+", "%2B")}`).get("p") ?? ""];
}
