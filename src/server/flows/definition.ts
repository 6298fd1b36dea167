import { createHash } from "node:crypto";
import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";

const PREVIEW_LENGTH = 40;
const PREVIEW_NAME_LENGTH = 60;

/** On each write, so that listing flows need not parse steps. `text` is that of the steps. */
export function deriveFlowDefinitionColumns(
  name: string,
  steps: readonly JsonObject[],
  text: string = JSON.stringify(steps),
) {
  return {
    ...deriveNameColumns(name, text),
    steps: text,
    stepCount: steps.length,
    ...countNested(steps),
    line: JSON.stringify(
      steps.slice(0, PREVIEW_LENGTH).map((step) => ({
        type: step["type"],
        enabled: step["enabled"] !== false,
        name: clipText(step["name"], PREVIEW_NAME_LENGTH),
      })),
    ),
  };
}

/** The columns that a rename changes. */
export function deriveNameColumns(name: string, stepsText: string) {
  return {
    name,
    nameKey: normalizeNameForSearch(name),
    definitionHash: createHash("sha256").update(JSON.stringify(name)).update(stepsText).digest("hex"),
  };
}

/** Cuts a text between code points, because half of a surrogate pair is not valid text. */
function clipText(text: JsonValue | undefined, length: number): string | undefined {
  if (typeof text !== "string") return undefined;
  return text.length > length ? `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}

function countNested(steps: readonly JsonObject[]) {
  const counts = { totalStepCount: steps.length, disabledStepCount: 0 };
  for (const step of steps) {
    if (step["enabled"] === false) counts.disabledStepCount += 1;
    for (const list of listBranches(step)) {
      const within = countNested(list);
      counts.totalStepCount += within.totalStepCount;
      counts.disabledStepCount += within.disabledStepCount;
    }
  }
  return counts;
}

function listBranches({ type, config }: JsonObject): readonly (readonly JsonObject[])[] {
  if (type !== "conditional" || !isJsonObject(config)) return [];
  return BRANCH_NAMES.map((branch) => config[branch]).filter(
    (list): list is readonly JsonObject[] => Array.isArray(list) && list.every(isJsonObject),
  );
}

export function summarizeStepNames(steps: readonly JsonObject[]): string | null {
  const names = steps.map((step) => (step["name"] as string).slice(0, 60));
  if (names.length === 0) return null;
  return names.length > 6 ? `${names.slice(0, 5).join(" → ")} → … (${names.length})` : names.join(" → ");
}
