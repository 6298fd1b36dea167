import * as fc from "fast-check";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { type StepPlace, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listStepPlaces } from "#core/document/step-place.ts";

// Random flows with few names and every form of reference, to compare the analysis with simulated runs.

/**
 * Few names, so that steps share variables. Some are names of inherited object properties, which a lookup in a plain
 * object would find.
 */
const names = ["a", "b", "c", "__proto__", "constructor", "ünï"];
const anyName = fc.constantFrom(...names);

const texts: readonly ((name: string) => JsonObject)[] = [
  (name) => ({ type: "prompt", config: { userPrompt: `Go on from {{${name}}} and {{ ${name}.x }}.` } }),
  (name) => ({ type: "transform-data", config: { script: `return variables[${JSON.stringify(name)}];` } }),
  (name) => ({ type: "template", config: { template: `{% if ['${name}'] %}yes{% endif %}` } }),
  (name) => ({ type: "upsert-record", config: { sourceVariable: name } }),
  () => ({ type: "set-variable", config: { value: "1" } }),
  () => ({ type: "send-text", config: { message: "Hello {{_record.name}}, {{somebody}}" } }),
];

const ownStep = fc
  .record({
    text: fc.constantFrom(...texts),
    reads: anyName,
    sets: fc.option(anyName, { nil: undefined, freq: 4 }),
    variant: fc.integer({ min: 0, max: 9 }),
    enabled: fc.integer({ min: 0, max: 5 }),
    when: fc.option(anyName, { nil: undefined, freq: 1 }),
    errorVariant: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ text, reads, sets, variant, enabled, when, errorVariant }): JsonObject => {
    const { type, config } = text(reads) as { readonly type: string; readonly config: JsonObject };
    return {
      type,
      name: variant < 3 ? reads : "Step",
      ...(enabled === 0 && { enabled: false }),
      ...(when !== undefined && variant > 6 && { when: `variables['${when}'] > 1` }),
      config: {
        ...config,
        ...(sets !== undefined && { [type === "set-variable" ? "variableName" : "outputVariable"]: sets }),
        ...(errorVariant === 0 && { errorHandling: { onError: "continue" } }),
      },
    };
  });

const stepAt = (level: number): fc.Arbitrary<JsonObject> => {
  if (level >= 3) return ownStep;
  const list = fc.array(stepAt(level + 1), { maxLength: 3 });
  const conditional = fc
    .record({ own: ownStep, reads: anyName, trueSteps: list, falseSteps: list })
    .map(({ own, reads, trueSteps, falseSteps }) => ({
      ...own,
      type: "conditional",
      config: { condition: `input['${reads}'] === 1`, outputVariable: "", trueSteps, falseSteps },
    }));
  return fc.oneof({ weight: 3, arbitrary: ownStep }, { weight: 1, arbitrary: conditional });
};

export const flowDocumentArbitrary: fc.Arbitrary<FlowDocument> = fc
  .array(stepAt(0), { minLength: 1, maxLength: 7 })
  .map((flowSteps) => parseFlowDocument({ name: "Flow", flowSteps }));

export interface RandomStepMove {
  readonly document: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly place: StepPlace;
}

export const stepMoveArbitrary: fc.Arbitrary<RandomStepMove> = fc
  .record({
    document: flowDocumentArbitrary,
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    place: fc.nat(),
  })
  .map(({ document, picks, place }) => {
    const keys = [...getLocationsOfAllSteps(document).keys()];
    const places = listStepPlaces(document);
    const aim = places[place % places.length];
    if (!aim) throw new Error("A flow has at least one place.");
    return {
      document,
      keys: [...new Set(picks.flatMap((pick) => keys[pick % keys.length] ?? []))],
      place: aim,
    };
  });
