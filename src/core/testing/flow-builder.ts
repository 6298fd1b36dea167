import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";

export function buildStep(id: string, fields: JsonObject = {}): JsonObject {
  return { id, type: "prompt", name: capitalize(id), enabled: true, config: {}, ...fields };
}

export function buildConditional(
  id: string,
  trueSteps: readonly JsonObject[],
  falseSteps: readonly JsonObject[] = [],
): JsonObject {
  return buildStep(id, { type: "conditional", config: { condition: "true", trueSteps, falseSteps } });
}

/** Builds nested conditionals from `level-1`, each with the next conditional as its only step; the last is empty. */
export function buildNestedConditionals(levels: number, from = 1): JsonObject {
  return buildConditional(`level-${from}`, from < levels ? [buildNestedConditionals(levels, from + 1)] : []);
}

export function buildFlow(name: string, steps: readonly JsonObject[]) {
  return { name, flowSteps: steps.map((step, order) => ({ ...step, order })) };
}

export const buildDocument = (...steps: readonly JsonObject[]): FlowDocument =>
  parseFlowDocument(buildFlow("Flow", steps));

/** Builds a flow of plain steps: `a if(b c|d) e` has a conditional with two steps in “then” and one in “else”. */
export function parseOutline(outline: string): FlowDocument {
  const tokens = outline.match(/[^\s()|]+|[()|]/g) ?? [];
  const readList = (): readonly JsonObject[] => {
    const steps: JsonObject[] = [];
    while (tokens.length > 0 && !/[)|]/.test(tokens[0] ?? "")) {
      const id = tokens.shift() ?? "";
      steps.push(tokens[0] === "(" ? readBranches(id) : buildStep(id));
    }
    return steps;
  };
  const readBranches = (id: string) => {
    tokens.shift();
    const trueSteps = readList();
    const falseSteps = tokens.shift() === "|" ? readList() : undefined;
    if (falseSteps) tokens.shift();
    return buildConditional(id, trueSteps, falseSteps);
  };
  return buildDocument(...readList());
}

/** Builds `count` plain steps of several types, each reading the previous step; every seventh step is disabled. */
export function buildLongFlow(name: string, count: number) {
  const types = ["fetch-url", "transform-data", "prompt", "template", "upsert-record", "send-email"];
  const steps = Array.from({ length: count }, (_, index) =>
    buildStep(`step-${index + 1}`, {
      type: types[index % types.length] ?? "prompt",
      name: `Step ${index + 1}`,
      enabled: index % 7 !== 6,
      config: { userPrompt: `Go on from {{out_${index}}}.`, outputVariable: `out_${index + 1}` },
    }),
  );
  return buildFlow(name, steps);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
