import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import { TEST_CASE_COUNT_MULTIPLIER, storedFlowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { normalizeStepOrderAndIds } from "./normalize-step-order.ts";
import { giveStoredIdsToSteps } from "./give-stored-ids-to-steps.ts";

const withoutId = ({ id: _id, ...rest }: JsonObject): JsonObject => rest;

/** A list of steps as a client sends it, most of them without an id, and as the server stores it. */
const saved = fc
  .tuple(storedFlowArbitrary, fc.infiniteStream(fc.nat({ max: 4 })))
  .map(([{ flowSteps }, dice]) => {
    const sent = flowSteps.map((step) => (dice.next().value === 0 ? step : withoutId(step)));
    let count = 0;
    const { steps: stored } = normalizeStepOrderAndIds(sent, undefined, () => `minted_${(count += 1)}`);
    return { sent, stored };
  });

const idsOf = (steps: readonly JsonObject[]) => steps.map(({ id }) => id).filter((id) => id !== undefined);

it("unchanged steps that are sent again make no difference to the flow", () => {
  fc.assert(
    fc.property(saved, ({ sent, stored }) => {
      const before = parseFlowDocument({ name: "x", flowSteps: stored });
      const flowSteps = giveStoredIdsToSteps(sent, stored);
      const after = parseFlowReusingStepKeys(before, { name: "x", flowSteps });
      expect(createFlowSaveBody(before, after)).toEqual({});
    }),
    { numRuns: 500 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("the steps of a changed list get only unused ids of stored steps, each at most once", () => {
  const changes = fc.record({ from: fc.nat({ max: 5 }), turn: fc.boolean(), rename: fc.nat({ max: 5 }) });
  fc.assert(
    fc.property(saved, changes, ({ sent, stored }, { from, turn, rename }) => {
      const kept = sent.filter((_, index) => index !== from).map(({ order: _order, ...step }) => step);
      const edited = kept.map((step, index) => (index === rename ? { ...step, name: "Edited" } : step));
      const list = turn ? edited.toReversed() : edited;
      const given = giveStoredIdsToSteps(list, stored);
      expect(given.map(withoutId)).toEqual(list.map(withoutId));
      const ids = idsOf(given);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect([...idsOf(stored), ...idsOf(list)]).toContain(id);
    }),
    { numRuns: 500 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("an edited, renamed or moved step keeps its id, and a new one gets none", () => {
  const variable = (name: string, value: number, outputVariable?: string): JsonObject => ({
    type: "set-variable",
    name,
    config: { value, ...(outputVariable !== undefined && { outputVariable }) },
  });
  const stored = [variable("a", 1), variable("b", 2, "out"), variable("c", 3), variable("c", 4)].map(
    (step, index) => ({ id: `id_${index}`, ...step }),
  );
  const sent = [
    variable("c", 4),
    variable("a", 9),
    variable("renamed", 5, "out"),
    variable("c", 3),
    variable("n", 0),
  ];
  expect(giveStoredIdsToSteps(sent, stored).map(({ id }) => id)).toEqual([
    "id_3",
    "id_0",
    "id_1",
    "id_2",
    undefined,
  ]);
});
