import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { computeDocumentFingerprint } from "./fingerprint.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type FlowDocument, parseFlowDocument } from "./flow-document.ts";

const flow = parseOutline("a c(b)");

it("the fingerprint of a document is equal for copies and differs after every edit", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.array(editArbitrary, { minLength: 1, maxLength: 6 }), (source, edits) => {
      const seen = new Map<string, string>();
      let document = parseFlowDocument(source);
      edits.forEach((edit, count) => {
        document = applyEditCommand(document, convertRandomFlowEditToCommand(document, edit, count));
        const copy: FlowDocument = structuredClone(document);
        expect(computeDocumentFingerprint(copy)).toBe(computeDocumentFingerprint(document));
        const text = JSON.stringify([document, document.description === undefined]);
        expect(seen.get(computeDocumentFingerprint(document)) ?? text).toBe(text);
        seen.set(computeDocumentFingerprint(document), text);
      });
      expect(seen.size).toBe(new Set(seen.values()).size);
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("the fingerprint of a document depends on the order of keys, on step keys, on a missing description and on positions", () => {
  const [a, c] = flow.steps;
  const turned = Object.fromEntries(Object.entries(a!.fields).toReversed());
  const variants: readonly FlowDocument[] = [
    flow,
    { ...flow, description: null },
    { ...flow, description: "" },
    { ...flow, steps: [{ ...a!, fields: turned }, c!] },
    { ...flow, steps: [{ ...a!, key: c!.key }, c!] },
    { ...flow, steps: [c!, a!] },
    { ...flow, steps: [a!, { ...c!, branches: { trueSteps: [], falseSteps: c!.branches!.trueSteps } }] },
    {
      ...flow,
      steps: [a!, { ...c!, branches: { trueSteps: c!.branches!.trueSteps, falseSteps: undefined } }],
    },
  ];
  expect(new Set(variants.map(computeDocumentFingerprint)).size).toBe(variants.length);
});
