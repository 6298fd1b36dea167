import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { locateSteps } from "#core/step-list.ts";
import { anyDataflow } from "./arbitrary-dataflow.ts";
import { resolveReads } from "./resolve-reads.ts";
import { listQuestions, questionId, simulateRun } from "./simulate-runs.ts";
import { type NameSurvey, isPlatformName, surveyNames } from "./survey-names.ts";

/** Flows with more questions have too many runs to try. */
const MOST_QUESTIONS = 9;

/** For each step, for each of its reads, what the runs that come to the step find there. */
function tryAllRuns(document: FlowDocument, { stepNames }: NameSurvey) {
  const questions = listQuestions(document);
  const found = new Map<StepKey, Set<StepKey | undefined>[]>();
  for (let bits = 0; bits < 2 ** questions.length; bits += 1) {
    const answers = new Map(
      questions.map((question, index) => [questionId(question), (bits >> index) % 2 === 1]),
    );
    for (const [step, reads] of simulateRun(document, answers, { types, stepNames })) {
      const known = found.get(step) ?? reads.map(() => new Set<StepKey | undefined>());
      reads.forEach((source, index) => known[index]?.add(source));
      found.set(step, known);
    }
  }
  return found;
}

test("what is said of each reference is what all runs of the flow show", () => {
  const met = { surely: 0, maybe: 0, unset: 0, input: 0, platform: 0 };
  fc.assert(
    fc.property(anyDataflow, (document) => {
      fc.pre(listQuestions(document).length <= MOST_QUESTIONS);
      const survey = surveyNames(document, types);
      const resolved = resolveReads(document, { types, survey });
      const found = tryAllRuns(document, survey);
      for (const [step, { node }] of locateSteps(document)) {
        const { reads } = readStepReferences(node, types);
        const said = resolved.get(step) ?? [];
        const seen = found.get(step);
        expect(said.length).toBe(seen ? reads.length : 0);
        for (const [index, { reference, state, sources }] of said.entries()) {
          met[state] += 1;
          const values = seen?.[index] ?? new Set();
          const setters = [...values].filter((value) => value !== undefined);
          if (isPlatformName(reference.name)) expect(state).toBe("platform");
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
    { numRuns: 4000, seed: 20_263 },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(500);
});
