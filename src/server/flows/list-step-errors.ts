import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import { FLOW_LIMITS, stepInRequestBodySchema } from "#contract/flow.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { BRANCH_NAMES, MAX_NESTING_LEVEL } from "#core/document/flow-document.ts";
import { type JsonObject, type JsonPath, isJsonObject } from "#core/json/json.ts";
import { findClosestSpelling } from "#server/domain/find-closest-spelling.ts";
import { listSchemaViolations } from "#server/domain/assert-matches-schema.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { formatCountWithNoun, formatCountInEnglish } from "#core/text/format-count.ts";

const MAX_DETAILS = 50;

/** A step with its path in the request body. A nested step may be any JSON value until `checkForms` has checked it. */
export interface StepWithPath {
  readonly step: JsonObject;
  readonly path: JsonPath;
  readonly level: number;
}

/** Returns the key under which the body holds its steps: a new flow may use `steps` instead of `flowSteps`. */
export function getStepsPropertyNameOfFlowBody(body: {
  readonly flowSteps?: unknown;
  readonly steps?: unknown;
}): "flowSteps" | "steps" {
  return body.flowSteps === undefined && body.steps !== undefined ? "steps" : "flowSteps";
}

/** Checks what the schema cannot. Accepts an unknown step type that the stored flow already contains. */
export function listStepErrors(
  steps: readonly JsonObject[],
  key: string,
  extraTypes: readonly string[],
  readStored: () => readonly JsonObject[] = () => [],
): readonly CodedErrorDetail[] {
  const details: CodedErrorDetail[] = [];
  const placed = listStepsWithPaths(steps, [key], details);
  // Checks the number first: listing the errors of a million steps takes half a minute.
  if (placed.length > FLOW_LIMITS.steps) {
    const message = `Flows are limited to ${formatCountWithNoun(FLOW_LIMITS.steps, "step")}, including nested ones. This flow has ${formatCountInEnglish(placed.length)}.`;
    return [{ message, path: key, code: "TOO_MANY_STEPS" }];
  }
  checkForms(placed, details);
  const sound = placed.filter(({ step }) => isJsonObject(step));
  checkTypes(sound, extraTypes, readStored, details);
  checkNullConfigs(sound, details);
  checkIds(sound, details);
  return details.slice(0, MAX_DETAILS);
}

/** A step of an unknown type does not prevent a run, but fails when it runs. */
export function listErrorsOfUnsavedSteps(
  steps: readonly JsonObject[],
  key: string,
): readonly CodedErrorDetail[] {
  const placed = steps.length > FLOW_LIMITS.steps ? [] : listStepsWithPaths(steps, []);
  const types = placed.slice(0, FLOW_LIMITS.steps).map(({ step }) => (step as JsonObject | null)?.["type"]);
  return listStepErrors(
    steps,
    key,
    types.filter((type) => typeof type === "string"),
  );
}

/** Lists every step below `path`, depth first. Adds an error to `details` for each step that is nested too deep. */
export function listStepsWithPaths(
  steps: readonly JsonObject[],
  path: JsonPath,
  details: CodedErrorDetail[] = [],
): readonly StepWithPath[] {
  const placed: StepWithPath[] = [];
  walkSteps({ steps, path, level: 0 }, placed, details);
  return placed;
}

interface PlacedList {
  readonly steps: readonly JsonObject[];
  readonly path: JsonPath;
  readonly level: number;
}

function walkSteps(
  { steps, path, level }: PlacedList,
  placed: StepWithPath[],
  details: CodedErrorDetail[],
): void {
  if (level > MAX_NESTING_LEVEL) {
    const message = `Steps can be nested up to ${MAX_NESTING_LEVEL} levels deep.`;
    details.push({ message, path: path.join("."), code: "TOO_DEEP" });
    return;
  }
  steps.forEach((step, index) => {
    const place = [...path, index];
    placed.push({ step, path: place, level });
    if (!isJsonObject(step)) return;
    const config = step["config"];
    if (step["type"] !== "conditional" || !isJsonObject(config)) return;
    for (const branch of BRANCH_NAMES) {
      const nested = Object.hasOwn(config, branch) ? config[branch] : undefined;
      if (!Array.isArray(nested)) continue;
      walkSteps({ steps: nested, path: [...place, "config", branch], level: level + 1 }, placed, details);
    }
  });
}

function checkForms(placed: readonly StepWithPath[], details: CodedErrorDetail[]): void {
  for (const { step, path, level } of placed)
    if (level > 0) details.push(...listSchemaViolations(stepInRequestBodySchema, step, path));
}

function checkTypes(
  placed: readonly StepWithPath[],
  extraTypes: readonly string[],
  readStored: () => readonly JsonObject[],
  details: CodedErrorDetail[],
): void {
  const known = new Set([...STEP_TYPES.map(({ type }) => type), ...extraTypes]);
  const unknown = placed.filter(({ step }) => typeof step["type"] === "string" && !known.has(step["type"]));
  if (unknown.length === 0) return;
  const types = new Map(listStepsWithPaths(readStored(), []).map(({ step }) => [step["id"], step["type"]]));
  for (const { step, path } of unknown) {
    if (details.length >= MAX_DETAILS) return;
    const type = step["type"] as string;
    if (step["id"] !== undefined && types.get(step["id"]) === type) continue;
    const close = findClosestSpelling(type, [...known]);
    details.push({
      message: `${quoteValue(type)} is not a step type.`,
      path: [...path, "type"].join("."),
      code: "INVALID_ENUM",
      suggestion:
        close === undefined
          ? `Must be one of ${[...known].join(", ")}.`
          : `Did you mean ${quoteValue(close)}?`,
    });
  }
}

/** Refuses `config: null` where the step type requires fields. The documented API allows any value. */
function checkNullConfigs(placed: readonly StepWithPath[], details: CodedErrorDetail[]): void {
  for (const { step, path } of placed) {
    const { type, config } = step;
    if (config !== null || typeof type !== "string") continue;
    const faults = stepTypeLookup.checkConfig(type, config);
    if (faults.length === 0) continue;
    const reasons = faults.map(({ message }) => message).join(" ");
    details.push({
      message: `A step of the type ${quoteValue(type)} needs a config. ${reasons}`,
      path: [...path, "config"].join("."),
      code: "MISSING_REQUIRED_FIELD",
    });
  }
}

function checkIds(placed: readonly StepWithPath[], details: CodedErrorDetail[]): void {
  const first = new Map<string, JsonPath>();
  for (const { step, path } of placed) {
    const id = step["id"];
    if (typeof id !== "string") continue;
    const other = first.get(id);
    if (other) {
      const message = `The ID ${quoteValue(id)} is already used by ${other.join(".")}. IDs must be unique within a flow.`;
      details.push({ message, path: [...path, "id"].join("."), code: "DUPLICATE_ID" });
    } else {
      first.set(id, path);
    }
  }
}
