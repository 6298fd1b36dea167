import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import type { ValidationIssue } from "#contract/flow-validation.ts";
import type { Problem, ProblemCode } from "#core/dataflow/problem.ts";
import { type JsonObject, type JsonValue, getJsonAtPath } from "#core/json/json.ts";
import { type LineAndColumn, createLineAndColumnFinder } from "#core/json/line-finder.ts";
import type { StepWithPath } from "./list-step-errors.ts";

export interface ValidationIssueFactory {
  readonly fromRefusal: (refusal: CodedErrorDetail) => ValidationIssue;
  readonly fromProblem: (problem: Problem, step: JsonObject | undefined) => ValidationIssue;
}

/** Creates issues whose paths refer to the request body: the client knows the flow only in the form that it sent. */
export function createValidationIssueFactory(
  placed: readonly StepWithPath[],
  { withIds }: { readonly withIds: boolean },
): ValidationIssueFactory {
  const byStep = new Map(placed.map((place) => [place.step, place]));
  const byPath = new Map(placed.map((place) => [place.path.join("."), place]));
  const locate = createLocator();

  const describeStep = ({ step, path }: StepWithPath): ValidationIssue["step"] => {
    const id = step["id"];
    return {
      index: Number(path.at(-1)),
      name: textOf(step["name"]),
      type: textOf(step["type"]),
      ...(withIds && typeof id === "string" && { id }),
    };
  };

  const fromRefusal = ({ code, message, path, suggestion }: CodedErrorDetail): ValidationIssue => {
    const place = path === undefined ? undefined : findAround(byPath, path);
    return {
      code,
      message,
      ...(path !== undefined && { path }),
      ...(suggestion !== undefined && { details: { suggestion } }),
      ...(place && { step: describeStep(place) }),
    };
  };

  const fromProblem = (problem: Problem, step: JsonObject | undefined): ValidationIssue => {
    const { code, message, at, from, to, name, correction } = problem;
    const place = step && byStep.get(step);
    if (!place) return { code, message };
    const text = at.length > 0 ? getJsonAtPath(step, at) : undefined;
    const isInText = typeof text === "string" && !CODES_OF_WHOLE_VALUES.has(code);
    const details = {
      ...(name !== undefined && { name }),
      ...(correction !== undefined && { correction }),
      ...(isInText && { ...locate(text, from), from, ...(to > from && { to }) }),
    };
    return {
      code,
      message,
      path: [...place.path, ...at].join("."),
      ...(Object.keys(details).length > 0 && { details }),
      step: describeStep(place),
    };
  };

  return { fromRefusal, fromProblem };
}

/** Problems that concern a whole value, so that a position inside its text has no meaning. */
const CODES_OF_WHOLE_VALUES: ReadonlySet<ProblemCode> = new Set(["bad-config", "missing-prompt"]);

function findAround(byPath: ReadonlyMap<string, StepWithPath>, path: string): StepWithPath | undefined {
  for (let part = path; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf(".")))) {
    const place = byPath.get(part);
    if (place) return place;
  }
  return undefined;
}

function createLocator(): (text: string, offset: number) => LineAndColumn {
  let current = { text: "", offset: 0, find: createLineAndColumnFinder("") };
  return (text, offset) => {
    const isOnward = text === current.text && offset >= current.offset;
    current = { text, offset, find: isOnward ? current.find : createLineAndColumnFinder(text) };
    return current.find(offset);
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
