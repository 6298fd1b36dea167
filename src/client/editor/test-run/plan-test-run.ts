import type { DispatchRequestBody } from "#contract/dispatch.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import {
  type JsonObject,
  type JsonValue,
  isJsonObject,
  copyObjectWithKey,
  copyObjectWithoutKey,
} from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { findStep } from "#core/document/step-list.ts";
import { type TestRunFormValues, getTypedTestRunInput } from "./test-run-form.ts";

/** Validation errors by field: `record`, `messages`, or `input:` followed by the input's name. */
export type TestRunFormErrors = ReadonlyMap<string, string>;

type TestRunPlan =
  | { readonly type: "body"; readonly body: DispatchRequestBody }
  | { readonly type: "faults"; readonly faults: TestRunFormErrors };

interface TestRunOptions {
  /** Names of the inputs that the flow reads; values of other names, which the form may still contain, are not sent. */
  readonly inputs: readonly string[];
  readonly upTo: StepKey | undefined;
}

/** Builds the request for a test run of the edited flow; the server does not store the run. */
export function planTestRun(
  document: FlowDocument,
  form: TestRunFormValues,
  { inputs, upTo }: TestRunOptions,
): TestRunPlan {
  const faults = new Map<string, string>();
  const read: Read = (field, text) => {
    const reading = parseJsonText(text);
    if (reading.type === "broken") faults.set(field, reading.message);
    return reading.type === "broken" ? null : reading.value;
  };

  const values: [string, JsonValue][] = [];
  for (const name of inputs) {
    const { text, isJson } = getTypedTestRunInput(form, name);
    if (text.trim() === "") continue;
    values.push([name, isJson ? read(`input:${name}`, text) : text]);
  }
  const record = planRecord(form, faults, read);
  const messages = planMessages(form.messages, read);
  const last = upTo === undefined ? undefined : findStep(document, upTo);
  if (faults.size > 0) return { type: "faults", faults };
  return {
    type: "body",
    body: {
      flow: { name: document.name, steps: toTestRunSteps(document, document.steps) as never },
      ...(record && { record }),
      ...(messages && { messages: [...messages] }),
      inputs: Object.fromEntries(values),
      options: {
        streamResponse: true,
        flowMode: "virtual",
        storeResults: false,
        ...(record && { recordMode: form.source === "stored" ? "existing" : "virtual" }),
        ...(last && { upToStep: getStepRunId(document, last) }),
      },
    },
  };
}

/** Parses JSON. On a syntax error, adds the error to `faults` and returns null. */
type Read = (field: string, text: string) => JsonValue;

function planRecord(
  form: TestRunFormValues,
  faults: Map<string, string>,
  read: Read,
): DispatchRequestBody["record"] {
  switch (form.source) {
    case "none":
      return undefined;
    case "stored":
      if (!form.record) faults.set("record", "Choose a record, or run without.");
      return form.record && { id: form.record.id };
    case "typed": {
      const record = read("record", form.recordJson);
      if (faults.has("record")) return undefined;
      const fault = findRecordFault(record);
      if (fault !== undefined) faults.set("record", fault);
      return fault === undefined && isJsonObject(record) ? record : undefined;
    }
  }
}

const RECORD_KEYS = ["name", "type", "metadata", "messages"];

/** An `id` would select a stored record, and the server would ignore unknown keys. */
function findRecordFault(record: JsonValue): string | undefined {
  if (!isJsonObject(record)) return 'Enter a JSON object, such as {"name": "Ada", "metadata": {}}.';
  const stray = Object.keys(record).find((key) => !RECORD_KEYS.includes(key));
  if (stray !== undefined) return `Unknown field ${quoteName(stray)}. Put custom fields in metadata.`;
  const { name = "-", type = "-", metadata = {}, messages = [] } = record;
  for (const [key, value] of [
    ["name", name],
    ["type", type],
  ] as const)
    if (typeof value !== "string" || value === "") return `The ${key} must be text.`;
  if (!isJsonObject(metadata)) return "The metadata must be a JSON object.";
  return Array.isArray(messages) ? undefined : "The messages must be a list.";
}

function planMessages(text: string, read: Read): readonly JsonValue[] | undefined {
  if (text.trim() === "") return undefined;
  if (!text.trimStart().startsWith("[")) return [{ role: "user", content: text }];
  return read("messages", text) as readonly JsonValue[];
}

/** The step's own id may be missing or duplicate. `order` is that of the list. */
function toTestRunSteps(document: FlowDocument, nodes: readonly StepNode[]): readonly JsonObject[] {
  return nodes.map((node) => {
    const { fields, branches } = node;
    const step = copyObjectWithKey(copyObjectWithoutKey(fields, "order"), "id", getStepRunId(document, node));
    if (!branches) return step;
    let config = isJsonObject(fields["config"]) ? fields["config"] : {};
    for (const branch of BRANCH_NAMES) {
      const steps = branches[branch];
      if (steps) config = copyObjectWithKey(config, branch, toTestRunSteps(document, steps));
    }
    return copyObjectWithKey(step, "config", config);
  });
}
