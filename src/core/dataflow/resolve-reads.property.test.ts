import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { flowDocumentArbitrary } from "#core/testing/arbitrary-dataflow.ts";
import { resolveVariableReads } from "./resolve-reads.ts";
import {
  listRunConditionsAndFailures,
  getRunConditionOrFailureId,
  simulateFlowRunWithGivenOutcomes,
} from "#core/testing/simulate-runs.ts";
import {
  type VariableProducers,
  isPlatformVariable,
  findVariableProducers,
} from "./find-variable-producers.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

const MAX_QUESTIONS = 9;

function simulateAllRuns(document: FlowDocument, { stepNames }: VariableProducers) {
  const questions = listRunConditionsAndFailures(document);
  const found = new Map<StepKey, Set<StepKey | undefined>[]>();
  for (let bits = 0; bits < 2 ** questions.length; bits += 1) {
    const answers = new Map(
      questions.map((question, index) => [getRunConditionOrFailureId(question), (bits >> index) % 2 === 1]),
    );
    for (const [step, reads] of simulateFlowRunWithGivenOutcomes(document, answers, { types, stepNames })) {
      const known = found.get(step) ?? reads.map(() => new Set<StepKey | undefined>());
      reads.forEach((source, index) => known[index]?.add(source));
      found.set(step, known);
    }
  }
  return found;
}

test("the analysis agrees with every possible run of the flow on whether a reference has a value", () => {
  const stateCounts = { surely: 0, maybe: 0, unset: 0, input: 0, platform: 0 };
  fc.assert(
    fc.property(flowDocumentArbitrary, (document) => {
      fc.pre(listRunConditionsAndFailures(document).length <= MAX_QUESTIONS);
      const survey = findVariableProducers(document, types);
      const resolved = resolveVariableReads(document, { types, survey });
      const found = simulateAllRuns(document, survey);
      for (const [step, { node }] of getLocationsOfAllSteps(document)) {
        const { reads } = readStepReferences(node, types);
        const analyzed = resolved.get(step) ?? [];
        const simulated = found.get(step);
        expect(analyzed.length).toBe(simulated ? reads.length : 0);
        for (const [index, { reference, state, sources }] of analyzed.entries()) {
          stateCounts[state] += 1;
          const values = simulated?.[index] ?? new Set();
          const setters = [...values].filter((value) => value !== undefined);
          if (isPlatformVariable(reference.name)) expect(state).toBe("platform");
          else if (setters.length > 0) {
            expect(state).toBe(values.has(undefined) ? "maybe" : "surely");
            expect(sources.toSorted()).toEqual(setters.toSorted());
          } else {
            expect(state).toBe(survey.producers.has(reference.name) ? "unset" : "input");
            expect(sources).toEqual([]);
          }
        }
      }
    }),
    { numRuns: Math.max(1000, 4000 * TEST_CASE_COUNT_MULTIPLIER), seed: 20_263 },
  );
  for (const count of Object.values(stateCounts)) expect(count).toBeGreaterThan(500);
});
