import type { DispatchBody } from "#contract/dispatch.ts";
import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject, withKey, withoutKey } from "#core/json.ts";
import { parseJsonText } from "#core/parse-json-text.ts";
import { type TrialForm, findInput } from "./trial-form.ts";

/** What is wrong with what was typed, by field: `record`, `messages`, or an input by `input:` and its name. */
export type FormFaults = ReadonlyMap<string, string>;

type TrialPlan =
  | { readonly type: "body"; readonly body: DispatchBody }
  | { readonly type: "faults"; readonly faults: FormFaults };

interface TrialOptions {
  /** The names of the flow's inputs: what was typed for others stays unsent. */
  readonly inputs: readonly string[];
  readonly upTo: StepKey | undefined;
}

/** The request that runs a draft on what was typed, and keeps nothing of it. */
export function planTrial(
  document: FlowDocument,
  form: TrialForm,
  { inputs, upTo }: TrialOptions,
): TrialPlan {
  const faults = new Map<string, string>();
  const read: Read = (field, text) => {
    const reading = parseJsonText(text);
    if (reading.type === "broken") faults.set(field, reading.message);
    return reading.type === "broken" ? null : reading.value;
  };

  const values: [string, JsonValue][] = [];
  for (const name of inputs) {
    const { text, isJson } = findInput(form, name);
    if (text.trim() === "") continue;
    values.push([name, isJson ? read(`input:${name}`, text) : text]);
  }
  const record = planRecord(form, faults, read);
  const messages = planMessages(form.messages, read);
  if (faults.size > 0) return { type: "faults", faults };
  return {
    type: "body",
    body: {
      flow: { name: document.name, steps: toTrialSteps(document.steps) as never },
      ...(record && { record }),
      ...(messages && { messages: [...messages] }),
      inputs: Object.fromEntries(values),
      options: {
        streamResponse: true,
        flowMode: "virtual",
        storeResults: false,
        ...(record && { recordMode: form.source === "stored" ? "existing" : "virtual" }),
        ...(upTo !== undefined && { upToStep: upTo }),
      },
    },
  };
}

/** JSON as a value; where it is none that is noted, and the value is null. */
type Read = (field: string, text: string) => JsonValue;

function planRecord(form: TrialForm, faults: Map<string, string>, read: Read): DispatchBody["record"] {
  switch (form.source) {
    case "none":
      return undefined;
    case "stored":
      if (!form.record) faults.set("record", "Choose a record, or run without one.");
      return form.record && { id: form.record.id };
    case "typed": {
      const metadata = read("record", form.metadata);
      if (isJsonObject(metadata)) return { name: "Sample", type: "sample", metadata };
      if (!faults.has("record"))
        faults.set("record", 'A record’s data is a JSON object, such as {"name": "Ada"}.');
      return undefined;
    }
  }
}

/** What does not look like a list is what the user says. */
function planMessages(text: string, read: Read): readonly JsonValue[] | undefined {
  if (text.trim() === "") return undefined;
  if (!text.trimStart().startsWith("[")) return [{ role: "user", content: text }];
  return read("messages", text) as readonly JsonValue[];
}

/**
 * The steps as the page holds them. Each goes by its key, so that what is told of it is known to be of it, even where ids
 * are missing or doubled; and without its number, since only the sequence counts here.
 */
function toTrialSteps(nodes: readonly StepNode[]): readonly JsonObject[] {
  return nodes.map(({ key, fields, branches }) => {
    const step = withKey(withoutKey(fields, "order"), "id", key);
    if (!branches) return step;
    let config = isJsonObject(fields["config"]) ? fields["config"] : {};
    for (const branch of BRANCHES) {
      const steps = branches[branch];
      if (steps) config = withKey(config, branch, toTrialSteps(steps));
    }
    return withKey(step, "config", config);
  });
}
