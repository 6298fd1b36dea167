import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Flow, flowSchema, getStoredSampleData, stepInRequestBodySchema } from "#contract/flow.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepNode,
  parseFlowDocument,
} from "#core/document/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import { TEST_CASE_COUNT_MULTIPLIER, storedFlowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { MAX_ARCHIVED_FILE_BYTES, formatFlowFile } from "#client/flow/download-flow.ts";
import { parseFlowFile } from "./parse-flow-file.ts";

/** Makes the random steps valid for the API, which refuses to store others; keeps all unknown keys. */
function toValidSteps(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.map((step) => {
    const issues = stepInRequestBodySchema.safeParse(step).error?.issues ?? [];
    const invalid = new Set(issues.map(({ path }) => path[0]));
    const kept = Object.entries(step).filter(([key]) => !invalid.has(key));
    const valid: JsonObject = { ...Object.fromEntries(kept), ...(invalid.has("name") && { name: "Step" }) };
    const { config } = valid;
    if (valid["type"] !== "conditional" || !isJsonObject(config)) return valid;
    const entries = Object.entries(config).flatMap(([key, value]) => {
      if (!BRANCH_NAMES.some((branch) => branch === key)) return [[key, value] as const];
      return Array.isArray(value) && value.every(isJsonObject) ? [[key, toValidSteps(value)] as const] : [];
    });
    return { ...valid, config: Object.fromEntries(entries) };
  });
}

const unknownFields = fc.dictionary(
  fc.constantFrom("settings", "owner", "__proto__", "10", "steps", "trueSteps", "ünï"),
  fc
    .jsonValue({ maxDepth: 1, noUnicodeString: true })
    .filter((value) => !JSON.stringify(value).includes("-0")),
  { maxKeys: 3 },
);

const flowArbitrary = fc
  .record({
    flow: storedFlowArbitrary,
    tags: fc.constantFrom([], ["eu", "Sales"]),
    sampleMetadata: fc.constantFrom(undefined, {}, { order: { id: 7 }, "": [null] }),
    unknown: unknownFields,
  })
  .map(({ flow, tags, sampleMetadata, unknown }) => {
    const { description, flowSteps } = flow;
    const known = {
      id: "flow_1",
      name: flow.name,
      createdAt: "2026-01-01T00:00:00Z",
      updatedAt: "2026-01-01T00:00:00Z",
      userId: "user_1",
      organizationId: null,
      versionToken: "t",
      ...(description !== undefined && { description }),
      tags,
      flowSteps: toValidSteps(flowSteps),
      ...(sampleMetadata && { sampleMetadata }),
    };
    return { flow: { ...unknown, ...known } as unknown as Flow, tags, unknown };
  });

it("an exported flow is imported with all its fields, and the import names the fields that it leaves out", () => {
  fc.assert(
    fc.property(flowArbitrary, ({ flow, tags, unknown }) => {
      expect(flowSchema.safeParse(flow).success).toBe(true);
      const document = parseFlowDocument(flow);
      const text = formatFlowFile(document, { flow, tags });
      const result = parseFlowFile(text, "other name.json");
      if (result.type !== "flows") throw new Error(JSON.stringify(result));
      const [imported, ...others] = result.flows;
      if (!imported || others.length > 0) throw new Error("expected one flow");
      const { flowSteps, ...texts } = imported.flow;
      const sampleMetadata = getStoredSampleData(flow);
      expect(texts).toEqual({
        name: flow.name,
        ...(flow.description !== undefined && { description: flow.description }),
        ...(tags.length > 0 && { tags }),
        ...(sampleMetadata && { sampleMetadata }),
      });
      const after = parseFlowDocument({ ...imported.flow, flowSteps });
      expect(createFlowSaveBody(document, after)).toEqual({});
      expect(listFields(after)).toEqual(listFields(document));
      expect(imported.omittedFields.toSorted()).toEqual(Object.keys(unknown).toSorted());
      for (const [key, value] of Object.entries(unknown)) expect(JSON.parse(text)[key]).toEqual(value);
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

/** The texts of all steps in order, without the order numbers, which an export renews, and the keys of nested lists. */
function listFields({ steps }: FlowDocument): readonly string[] {
  return steps.flatMap(({ fields, branches }: StepNode) => {
    const { order: _order, config, ...own } = fields;
    const isNested = branches && isJsonObject(config);
    const settings = isNested
      ? Object.fromEntries(Object.entries(config).filter(([key]) => !(key in branches)))
      : config;
    const nested = BRANCH_NAMES.flatMap((branch) =>
      listFields({ name: "", description: null, steps: branches?.[branch] ?? [] }),
    );
    return [JSON.stringify([own, settings]), ...nested];
  });
}

it("an exported flow without steps is imported, also from a file of an earlier version without a list of steps", () => {
  const flow = { name: "Empty", description: "", flowSteps: [] } as unknown as Flow;
  const text = formatFlowFile(parseFlowDocument(flow), { flow, tags: [] });
  const expected = [{ flow: { name: "Empty", description: "", flowSteps: [] }, omittedFields: [] }];
  expect(parseFlowFile(text, "a.json")).toEqual({ type: "flows", flows: expected });
  const old = { name: "Empty", description: "", tags: ["a"], sampleMetadata: { id: 1 } };
  const read = { ...old, flowSteps: [] };
  expect(parseFlowFile(JSON.stringify(old), "a.json")).toEqual({
    type: "flows",
    flows: [{ flow: read, omittedFields: [] }],
  });
  expect(parseFlowFile(JSON.stringify([{ name: "A" }, { name: "B" }]), "a.json")).toMatchObject({
    flows: [{ flow: { name: "A" } }, { flow: { name: "B" } }],
  });
  for (const other of [{ name: "my-package", version: "1.0.0" }, { name: 7 }, { description: "x" }])
    expect(parseFlowFile(JSON.stringify(other), "a.json").type).toBe("refused");
});

it("a flow whose indented file would be too large for an archive is exported without indentation", () => {
  const config = { list: Array.from({ length: 500_000 }, () => 1) };
  const flow = { name: "Large", flowSteps: [{ type: "prompt", name: "A", config }] } as unknown as Flow;
  const text = formatFlowFile(parseFlowDocument(flow), { flow, tags: [] });
  expect(text.length).toBeLessThan(MAX_ARCHIVED_FILE_BYTES);
  expect(parseFlowFile(text, "a.json")).toMatchObject({ flows: [{ flow: { name: "Large" } }] });
});
