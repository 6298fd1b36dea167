import { FLOW_LIMITS, listUnknownFlowFields, stepInRequestBodySchema } from "#contract/flow.ts";
import { countStepsInJson, findStepStructureFaults } from "#core/document/step-structure-faults.ts";
import { BRANCH_NAMES, type FlowJson } from "#core/document/flow-document.ts";
import { FLOW_TAG_LIMITS, changeFlowTags, findFlowTagFault } from "#core/document/flow-tags.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { findDuplicateJsonKey } from "#core/json/find-duplicate-key.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { findLineAndColumn } from "#core/json/line-finder.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { type BrowserData, parseBrowserData } from "./browser-data.ts";

/** A flow of a file, with the sample data for its test runs if the file has any. */
export interface FlowFileFlow extends FlowJson {
  readonly sampleMetadata?: JsonObject;
  readonly tags?: string[];
}

export interface ParsedFileFlow {
  readonly flow: FlowFileFlow;
  /** Keys of the flow in the file that an import leaves out, because no server is known to store them. */
  readonly omittedFields: readonly string[];
}

export type FlowFileParseResult =
  | { readonly type: "browserData"; readonly data: BrowserData }
  | { readonly type: "flows"; readonly flows: readonly ParsedFileFlow[] }
  /** At least one reason. No flow of a refused file is imported. */
  | { readonly type: "refused"; readonly reasons: readonly string[] };

/** Maximum number of flows in all files of one import. */
export const MAX_IMPORTED_FLOWS = 5000;

const MAX_REASONS = 20;

/**
 * Parses a file of flows: a flow, a list of flows, a dispatch body, a runtime export, a version or a page of the API's
 * list. Accepts all flows of the file or none. Unknown keys of steps are kept; those of a flow are dropped and named
 * in the result. A flow without a name gets the file's name.
 */
export function parseFlowFile(text: string, fileName: string): FlowFileParseResult {
  const json = text.replace(/^\uFEFF/, "");
  if (json.trim() === "") return refuse("The file is empty.");
  const parsed = parseJsonText(json);
  if (parsed.type === "broken") return refuse(parsed.message);
  const duplicate = findDuplicateJsonKey(json);
  if (duplicate) {
    const reason = `The key ${quoteValue(duplicate.key)} occurs twice in one object`;
    return refuse(`${reason} (${formatPosition(json, duplicate.offset)}).`);
  }
  const data = parseBrowserData(parsed.value);
  if (data) return { type: "browserData", data };
  const found = findFlows(parsed.value, []);
  if (found.type === "none") return refuse(found.reason);
  const faults = found.flows.flatMap((flow) => findFlowFaults(flow));
  if (faults.length > 0) return refuse(...describeFaults(json, faults));
  const stem = fileName.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
  return { type: "flows", flows: found.flows.map((flow) => toFlow(flow, stem)) };
}

interface Fault {
  readonly message: string;
  readonly path: JsonPath;
}

interface FoundFlow {
  readonly value: JsonObject;
  readonly path: JsonPath;
  readonly steps: readonly JsonValue[];
  readonly stepsPath: JsonPath;
}

type FoundFlows =
  | { readonly type: "flows"; readonly flows: readonly FoundFlow[] }
  | { readonly type: "none"; readonly reason: string };

const none = (reason: string): FoundFlows => ({ type: "none", reason });

function findFlows(value: JsonValue, path: JsonPath): FoundFlows {
  if (Array.isArray(value)) return findFlowsInList(value, path);
  if (!isJsonObject(value)) return none("This file holds no flow: it has no list of steps.");
  for (const key of ["flowSteps", "steps"]) {
    const steps = value[key];
    if (Array.isArray(steps))
      return { type: "flows", flows: [{ value, path, steps, stepsPath: [...path, key] }] };
  }
  const { flow, flowConfig, data, flows, type } = value;
  if (isJsonObject(flow)) {
    const isReference = typeof flow["id"] === "string" && flow["steps"] === undefined;
    if (isReference) return none("This request runs a stored flow by its id and contains no steps.");
    return findFlows(flow, [...path, "flow"]);
  }
  if (isJsonObject(flowConfig)) return findFlows(flowConfig, [...path, "flowConfig"]);
  if (Array.isArray(data)) return findFlowsInList(data, [...path, "data"]);
  if (Array.isArray(flows)) return findFlowsInList(flows, [...path, "flows"]);
  if (isExportWithoutSteps(value))
    return { type: "flows", flows: [{ value, path, steps: [], stepsPath: path }] };
  if (typeof type === "string") return none("This is a step. Open a flow and paste the step there.");
  return none("This file holds no flow: it has no list of steps.");
}

const EXPORTED_FIELDS: ReadonlySet<string> = new Set(["name", "description", "tags", "sampleMetadata"]);

/** Whether the object is an export of an earlier version, which omitted an empty list of steps. */
function isExportWithoutSteps(value: JsonObject): boolean {
  return typeof value["name"] === "string" && Object.keys(value).every((key) => EXPORTED_FIELDS.has(key));
}

function findFlowsInList(list: readonly JsonValue[], path: JsonPath): FoundFlows {
  if (list.length === 0) return none("The list is empty.");
  if (list.length > MAX_IMPORTED_FLOWS) {
    return none(
      `The file has ${formatCount(list.length, "flow")}; at most ${formatNumber(MAX_IMPORTED_FLOWS)}.`,
    );
  }
  const all: FoundFlow[] = [];
  let steps = 0;
  for (const [index, item] of list.entries()) {
    const found = findFlows(item, [...path, index]);
    if (found.type === "flows") all.push(...found.flows);
    else if (isJsonObject(item) && typeof item["type"] === "string") steps += 1;
    else return none(`Item ${formatNumber(index + 1)}: ${found.reason}`);
  }
  if (steps === 0) return { type: "flows", flows: all };
  return none(
    steps === list.length
      ? "This is a list of steps. Open a flow and paste the steps there."
      : "This list contains both flows and steps.",
  );
}

function toFlow({ value, steps, stepsPath }: FoundFlow, fallbackName: string): ParsedFileFlow {
  const { name, description, sampleMetadata } = value;
  const tags = changeFlowTags([], { add: listTags(value) });
  const flow = {
    name: typeof name === "string" && name !== "" ? name : fallbackName || "Imported flow",
    ...((typeof description === "string" || description === null) && { description }),
    flowSteps: steps.filter(isJsonObject),
    ...(isJsonObject(sampleMetadata) && { sampleMetadata }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
  const omittedFields = listUnknownFlowFields(value).filter((key) => key !== stepsPath.at(-1));
  return { flow, omittedFields };
}

/** Returns the texts in the list of tags. Ignores other values: another program may store tags in another form. */
function listTags({ tags }: JsonObject): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function findTagFaults(value: JsonObject, path: JsonPath): readonly Fault[] {
  const tags = listTags(value);
  const count = changeFlowTags([], { add: tags }).length;
  if (count > FLOW_TAG_LIMITS.perFlow)
    return [{ message: `A flow has at most ${FLOW_TAG_LIMITS.perFlow} tags.`, path: [...path, "tags"] }];
  return tags.flatMap((tag) => {
    const fault = findFlowTagFault(tag);
    return fault ? [{ message: fault.message, path: [...path, "tags"] }] : [];
  });
}

function findFlowFaults({ value, path, steps, stepsPath }: FoundFlow): readonly Fault[] {
  const { name, description } = value;
  const count = countStepsInJson(steps);
  // Returns early, because reporting the faults of a million steps would take seconds.
  if (count > FLOW_LIMITS.steps) {
    const message = `The flow has ${formatCount(count, "step")}; at most ${formatNumber(FLOW_LIMITS.steps)}.`;
    return [{ message, path }];
  }
  const faults: Fault[] = [...findTagFaults(value, path)];
  if (name !== undefined && name !== null && typeof name !== "string")
    faults.push({ message: "“name” must be text.", path: [...path, "name"] });
  if (typeof name === "string" && name.length > FLOW_LIMITS.name) {
    const message = `“name” has ${formatNumber(name.length)} characters; at most ${FLOW_LIMITS.name}.`;
    faults.push({ message, path: [...path, "name"] });
  }
  if (description !== undefined && description !== null && typeof description !== "string")
    faults.push({ message: "“description” must be text.", path: [...path, "description"] });
  const bytes = new TextEncoder().encode(JSON.stringify(steps)).length;
  if (bytes > FLOW_LIMITS.bytes) {
    const mebibytes = (size: number) => (size / 1024 / 1024).toFixed(1);
    const message = `The flow has ${mebibytes(bytes)} MiB; at most ${mebibytes(FLOW_LIMITS.bytes)} MiB.`;
    faults.push({ message, path });
  }
  const structure = steps.flatMap((step, index) => findStepStructureFaults(step, [...stepsPath, index]));
  if (structure.length > 0) return [...faults, ...structure];
  return [...faults, ...findStepFieldFaults(steps, stepsPath, new Set())];
}

/** Checks the fields that the API restricts, in all steps. `ids` collects the ids, which must be unique in a flow. */
function findStepFieldFaults(
  steps: readonly JsonValue[],
  path: JsonPath,
  ids: Set<string>,
): readonly Fault[] {
  return steps.flatMap((step, index) => {
    if (!isJsonObject(step)) return [];
    const stepPath = [...path, index];
    const faults: Fault[] = [];
    const checked = stepInRequestBodySchema.safeParse(step);
    for (const { path: field } of checked.error?.issues ?? []) {
      const key = String(field[0] ?? "");
      faults.push({
        message: STEP_FIELD_RULES[key] ?? `${quoteValue(key)} is not valid.`,
        path: [...stepPath, key],
      });
    }
    const { id, config } = step;
    if (typeof id === "string") {
      if (ids.has(id))
        faults.push({ message: `Two steps have the id ${quoteValue(id)}.`, path: [...stepPath, "id"] });
      ids.add(id);
    }
    if (step["type"] !== "conditional" || !isJsonObject(config)) return faults;
    const nested = BRANCH_NAMES.flatMap((branch) => {
      const list = config[branch];
      return Array.isArray(list) ? findStepFieldFaults(list, [...stepPath, "config", branch], ids) : [];
    });
    return [...faults, ...nested];
  });
}

const STEP_FIELD_RULES: Readonly<Record<string, string>> = {
  type: "“type” must be text.",
  name: "“name” of a step must be text and not empty.",
  id: "“id” of a step must have 1 to 128 letters, digits or _ - : .",
  order: "“order” of a step must be a whole number from 0.",
  enabled: "“enabled” of a step must be true or false.",
  when: `“when” of a step must be text of at most ${FLOW_LIMITS.when} characters.`,
  config: "“config” of a step must be an object.",
};

function describeFaults(text: string, faults: readonly Fault[]): readonly string[] {
  const shown = faults.slice(0, MAX_REASONS);
  const places = findJsonValueOffsets(
    text,
    // Falls back to the place of the parent object, because a missing value has no place.
    shown.flatMap(({ path }) => [path, path.slice(0, -1)]),
  );
  const reasons = shown.map(({ message }, index) => {
    const place = places[index * 2] ?? places[index * 2 + 1];
    if (!place) return message;
    return `${message.replace(/\.$/, "")} (${formatPosition(text, place.from)}).`;
  });
  const rest = faults.length - shown.length;
  return rest === 0 ? reasons : [...reasons, `And ${formatCount(rest, "more problem")}.`];
}

function formatPosition(text: string, offset: number): string {
  const { line, column } = findLineAndColumn(text, offset);
  return `line ${line}, column ${column}`;
}

function refuse(...reasons: readonly string[]): FlowFileParseResult {
  return { type: "refused", reasons };
}
