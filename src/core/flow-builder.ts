import type { JsonObject } from "./json.ts";

/** Makes wire steps and flows in one line, for tests and measurements. */
export function buildStep(id: string, fields: JsonObject = {}): JsonObject {
  return { id, type: "prompt", name: capitalise(id), enabled: true, config: {}, ...fields };
}

export function buildConditional(
  id: string,
  trueSteps: readonly JsonObject[],
  falseSteps: readonly JsonObject[] = [],
): JsonObject {
  return buildStep(id, { type: "conditional", config: { condition: "true", trueSteps, falseSteps } });
}

/** Conditionals inside one another, `level-1` outermost, each with the next as its only step; the last is empty. */
export function buildNest(levels: number, from = 1): JsonObject {
  return buildConditional(`level-${from}`, from < levels ? [buildNest(levels, from + 1)] : []);
}

/** A flow whose top-level steps are numbered from 0. */
export function buildFlow(name: string, steps: readonly JsonObject[]) {
  return { name, flowSteps: steps.map((step, order) => ({ ...step, order })) };
}

/** A flow of `count` plain steps `step-1` … that read one another, of several types, every seventh switched off. */
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

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
