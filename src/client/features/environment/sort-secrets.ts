import type { SecretList } from "#contract/environment.ts";
import { formatNumber } from "#client/ui/format/format-count.ts";

export type SecretListEntry = SecretList["secrets"][number];

/**
 * State of a secret that flows use or that the server has. `unknown`: the caller has no permission to see whether the
 * secret is set.
 */
export type SecretState = "missing" | "refused" | "set" | "unused" | "unknown";

const ORDER: readonly SecretState[] = ["missing", "refused", "set", "unknown", "unused"];

export function getSecretState({ set, refusedStepTypes = [], stepCount }: SecretListEntry): SecretState {
  if (set === undefined) return "unknown";
  if (!set) return "missing";
  if (refusedStepTypes.length > 0) return "refused";
  return stepCount > 0 ? "set" : "unused";
}

/** Sorts secrets that need attention first, and then by name. */
export function sortSecretsByStateAndName(secrets: readonly SecretListEntry[]): readonly SecretListEntry[] {
  return secrets.toSorted((a, b) => {
    const difference = ORDER.indexOf(getSecretState(a)) - ORDER.indexOf(getSecretState(b));
    return difference === 0 ? a.name.localeCompare(b.name) : difference;
  });
}

/** Returns “2 missing · 1 not allowed · 14 set”; empty if the states are unknown. */
export function formatSecretCountsByState(secrets: readonly SecretListEntry[]): string {
  const count = (...states: SecretState[]) =>
    secrets.filter((secret) => states.includes(getSecretState(secret))).length;
  const parts = [
    { number: count("missing"), word: "missing" },
    { number: count("refused"), word: "not allowed" },
    { number: count("set", "unused"), word: "set" },
  ];
  return parts
    .filter(({ number }) => number > 0)
    .map(({ number, word }) => `${formatNumber(number)} ${word}`)
    .join(" · ");
}

/** Whether an environment variable can set a secret with this name. */
export function isSecretNameValidInEnvironmentVariable(name: string): boolean {
  return /^\w{1,60}$/.test(name);
}
