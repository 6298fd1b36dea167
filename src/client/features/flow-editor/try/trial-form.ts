import type { JsonObject } from "#core/json.ts";

/** A record that was chosen to try the flow on, and what it looks like: names and types, no values. */
export interface TrialRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly shape?: JsonObject;
}

/** What is typed for one input: a text as it stands, or JSON. */
export interface TrialInput {
  readonly text: string;
  readonly isJson: boolean;
}

/** What a trial runs on, as it is typed. */
export interface TrialForm {
  readonly source: "none" | "stored" | "typed";
  readonly record: TrialRecord | undefined;
  /** The metadata of a record that is made up, as JSON. */
  readonly metadata: string;
  readonly inputs: Readonly<Record<string, TrialInput>>;
  /** What the user says, or a conversation as a JSON list. */
  readonly messages: string;
}

const NO_INPUT: TrialInput = { text: "", isJson: false };

/** What was typed for an input, whatever its name. */
export function findInput({ inputs }: TrialForm, name: string): TrialInput {
  return (Object.hasOwn(inputs, name) ? inputs[name] : undefined) ?? NO_INPUT;
}

/** Longer ones are not remembered: the storage is for all flows. */
const MAX_KEPT = 20_000;

const keyOf = (flowId: string) => `flowline-trial-${flowId}`;

/** What this flow was tried on before, in this browser; at first `sample`, the flow's own sample data, where it has any. */
export function recallForm(flowId: string, sample: JsonObject | undefined): TrialForm {
  const fresh: TrialForm = {
    source: sample ? "typed" : "none",
    record: undefined,
    metadata: JSON.stringify(sample ?? {}, null, 2),
    inputs: {},
    messages: "",
  };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(flowId)) ?? "null");
    return isForm(kept) ? { ...fresh, ...kept } : fresh;
  } catch {
    return fresh;
  }
}

export function rememberForm(flowId: string, form: TrialForm): void {
  const text = JSON.stringify(form);
  try {
    if (text.length <= MAX_KEPT) localStorage.setItem(keyOf(flowId), text);
    else localStorage.removeItem(keyOf(flowId));
  } catch {
    // It is asked for anew the next time.
  }
}

/** An older release of this page may have left something else there. */
function isForm(value: unknown): value is TrialForm {
  if (typeof value !== "object" || value === null) return false;
  const form = value as Readonly<Record<string, unknown>>;
  const record = form["record"] as Partial<TrialRecord> | undefined;
  const inputs = form["inputs"];
  return (
    ["none", "stored", "typed"].includes(form["source"] as string) &&
    typeof form["metadata"] === "string" &&
    typeof form["messages"] === "string" &&
    (record === undefined ||
      [record.id, record.name, record.type].every((text) => typeof text === "string")) &&
    typeof inputs === "object" &&
    inputs !== null &&
    Object.values(inputs).every(
      (input: Partial<TrialInput>) => typeof input.text === "string" && typeof input.isJson === "boolean",
    )
  );
}
