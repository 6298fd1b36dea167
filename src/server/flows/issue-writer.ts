import type { ErrorDetail } from "#contract/error-body.ts";
import type { ValidationIssue } from "#contract/flow-validation.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { type JsonObject, type JsonValue, getAtPath } from "#core/json.ts";
import { type LineAndColumn, createLineFinder } from "#core/line-finder.ts";
import type { PlacedStep } from "./step-rules.ts";

export interface IssueWriter {
  readonly fromRefusal: (refusal: ErrorDetail) => ValidationIssue;
  /** `step` is the step as it was sent. */
  readonly fromProblem: (problem: Problem, step: JsonObject | undefined) => ValidationIssue;
}

/** Words what is wrong for a client that knows the body it sent, and nothing of how a flow is read. */
export function createIssueWriter(
  placed: readonly PlacedStep[],
  { withIds }: { readonly withIds: boolean },
): IssueWriter {
  const byStep = new Map(placed.map((place) => [place.step, place]));
  const byPath = new Map(placed.map((place) => [place.path.join("."), place]));
  const locate = createLocator();

  const describeStep = ({ step, path }: PlacedStep): ValidationIssue["step"] => {
    const id = step["id"];
    return {
      index: Number(path.at(-1)),
      name: textOf(step["name"]),
      type: textOf(step["type"]),
      ...(withIds && typeof id === "string" && { id }),
    };
  };

  const fromRefusal = ({
    code = "INVALID_VALUE",
    message,
    path,
    suggestion,
  }: ErrorDetail): ValidationIssue => {
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
    const text = at.length > 0 ? getAtPath(step, at) : undefined;
    const isInText = typeof text === "string" && code !== "bad-config";
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

/** The innermost step that a path leads to or into. */
function findAround(byPath: ReadonlyMap<string, PlacedStep>, path: string): PlacedStep | undefined {
  for (let part = path; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf(".")))) {
    const place = byPath.get(part);
    if (place) return place;
  }
  return undefined;
}

/** Lines and columns of offsets in many texts: one text is read again only when its offsets go back. */
function createLocator(): (text: string, offset: number) => LineAndColumn {
  let current = { text: "", offset: 0, find: createLineFinder("") };
  return (text, offset) => {
    const isOnward = text === current.text && offset >= current.offset;
    current = { text, offset, find: isOnward ? current.find : createLineFinder(text) };
    return current.find(offset);
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
