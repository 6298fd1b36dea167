import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow } from "./arbitrary-flow.ts";
import { applyCommand } from "./command.ts";
import { fingerprint } from "./fingerprint.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, parseFlow } from "./flow-document.ts";

const flow = parseFlow(buildFlow("f", [buildStep("a"), buildConditional("c", [buildStep("b")])]));

describe("the fingerprint of a document", () => {
  it("is that of every copy, and differs after any edit that changes what would be written", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEdit, { minLength: 1, maxLength: 6 }), (source, edits) => {
        const seen = new Map<string, string>();
        let document = parseFlow(source);
        edits.forEach((edit, count) => {
          document = applyCommand(document, aimEdit(document, edit, count));
          const copy: FlowDocument = structuredClone(document);
          expect(fingerprint(copy)).toBe(fingerprint(document));
          const text = JSON.stringify([document, document.description === undefined]);
          expect(seen.get(fingerprint(document)) ?? text).toBe(text);
          seen.set(fingerprint(document), text);
        });
        expect(seen.size).toBe(new Set(seen.values()).size);
      }),
      { numRuns: 1000 },
    );
  });

  it("sees the order of keys, a key, a missing description and where a step stands", () => {
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
    expect(new Set(variants.map(fingerprint)).size).toBe(variants.length);
  });
});
