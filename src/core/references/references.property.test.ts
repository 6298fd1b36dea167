import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TEST_CASE_COUNT_MULTIPLIER, flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { type StepNode, parseFlowDocument, createStepNodeFromJson } from "#core/document/flow-document.ts";
import { type JsonObject, getJsonAtPath } from "#core/json/json.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { readStepReferences } from "./read-step-references.ts";
import { planVariableRename } from "./rename-variable.ts";
import { makeCopiedStepsUnique } from "./make-copied-steps-unique.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const names = "page score pages page_2 a-b größe __proto__ constructor input item".split(" ");
const words = (...own: string[]) => fc.array(fc.constantFrom(...names, ...own), { maxLength: 14 });
const texts = {
  userPrompt: words(..."{{ }} {{page}} {{flow:page}} { } . [0] | '".split(" "), "{{ score.x }}", " ", "\n"),
  script: words(
    ..."{{page}} {{ }} ( ) { } [ ] ; , . ?. => = == + ' \" ` ${ // /* */ : ... const let var function return class if for of"
      .split(" ")
      .flatMap((word) => [word, " "]),
    "input.page",
    "variables['page']",
    "\n",
    "{ page }",
    "const { page } = input;",
    "(page) => page",
  ),
  template: words(
    ..."{{ }} {% %} ['page'] | . '".split(" "),
    "{{ page }}",
    "{{ page.x | append: score }}",
    "{% if page %}",
    "{% endif %}",
    "{% else %}",
    "{% assign page = score %}",
    "{% for page in pages %}",
    "{% endfor %}",
    " ",
    "\n",
  ),
  sourceVariable: words(".", "[", " ", "{{", "}}"),
};
const types: Readonly<Record<keyof typeof texts, string>> = {
  userPrompt: "prompt",
  script: "transform-data",
  template: "template",
  sourceVariable: "upsert-record",
};

const anyStep = fc
  .constantFrom(...(Object.keys(texts) as (keyof typeof texts)[]))
  .chain((field) => texts[field].map((pieces) => ({ field, text: pieces.join("") })))
  .map(({ field, text }) =>
    createStepNodeFromJson({ id: "a", type: types[field], config: { [field]: text } }),
  );

const textOf = (node: StepNode | undefined) => JSON.stringify(node?.fields);
const runOptions = { numRuns: 1_000 * TEST_CASE_COUNT_MULTIPLIER };

test("the text at the position of every reference is the variable's name", () => {
  fc.assert(
    fc.property(anyStep, (node) => {
      for (const { name, at, from, to } of readStepReferences(node, sampleStepTypeLookup).reads) {
        expect((getJsonAtPath(node.fields, at) as string).slice(from, to)).toBe(name);
      }
    }),
    runOptions,
  );
});

test("parsing never throws for any text, and every parse error has a position in the text", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string());
  fc.assert(
    fc.property(anyText, fc.constantFrom(...Object.entries(types)), (text, [field, type]) => {
      const node = createStepNodeFromJson({ id: "a", type, when: text, config: { [field]: text } });
      for (const { from, line, column } of readStepReferences(node, sampleStepTypeLookup).faults) {
        expect([from >= 0 && from <= text.length, line >= 1, column >= 1]).toEqual([true, true, true]);
      }
    }),
    runOptions,
  );
});

const rename = (node: StepNode, from: string, to: string): StepNode | undefined => {
  const plan = planVariableRename([node], from, to, sampleStepTypeLookup);
  expect(plan.type).toBe("edits");
  const document = { name: "", description: null, steps: [node] };
  return plan.type === "edits" ? applyStepTextReplacements(document, plan.edits).steps[0] : undefined;
};

test("a rename changes all reads of a variable and nothing else", () => {
  const readNames = (node: StepNode) =>
    readStepReferences(node, sampleStepTypeLookup).reads.map(({ name, form, path }) => ({
      name,
      form,
      path,
    }));
  fc.assert(
    fc.property(anyStep, fc.constantFrom(...names), (node, name) => {
      const after = rename(node, name, "fresh") ?? node;
      expect(readNames(after)).toEqual(
        readNames(node).map((read) => (read.name === name ? { ...read, name: "fresh" } : read)),
      );
    }),
    runOptions,
  );
});

test("a rename and its inverse restore the text, except for expanded shorthands", () => {
  fc.assert(
    fc.property(anyStep, (node) => {
      const back = rename(rename(node, "page", "fresh") ?? node, "fresh", "page");
      const written = textOf(node).replaceAll(/\{ page \}/g, "{ page: page }");
      expect(textOf(back)?.replaceAll(/\{ page \}/g, "{ page: page }")).toBe(written);
    }),
    runOptions,
  );
});

test("the new names of copied steps conflict neither with the document nor with each other", () => {
  const outputs = fc.array(fc.constantFrom(...names, "page_3", ""), { minLength: 1, maxLength: 4 });
  const withOutputs = (all: readonly JsonObject[], variables: readonly string[]) =>
    all.map((step, index) => ({
      ...step,
      config: {
        ...(step["config"] as JsonObject),
        outputVariable: variables[index % variables.length] ?? "",
      },
    }));
  fc.assert(
    fc.property(
      flowArbitrary,
      flowArbitrary,
      outputs,
      outputs,
      (block, flow, blockVariables, flowVariables) => {
        const document = parseFlowDocument({
          ...flow,
          flowSteps: withOutputs(flow.flowSteps, flowVariables),
        });
        const present = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
        let count = 0;
        const mintId = () => `minted-${(count += 1)}`;
        const copies = withOutputs(block.flowSteps, blockVariables);
        const renewed = makeCopiedStepsUnique(copies, { document, mintId, types: sampleStepTypeLookup });
        const inBlock = (nodes: readonly StepNode[]) =>
          [...getLocationsOfAllSteps({ ...document, steps: nodes }).values()].map(({ node }) => node);
        const variablesOf = (nodes: readonly StepNode[]) =>
          nodes.flatMap((node) => listVariablesSetByStep(node, sampleStepTypeLookup).map(({ name }) => name));
        const nodes = inBlock(renewed);

        expect(new Set(nodes.map(({ fields }) => fields["id"])).size).toBe(nodes.length);
        const taken = new Set(variablesOf(present));
        expect(variablesOf(nodes).filter((name) => taken.has(name))).toEqual([]);
        const before = variablesOf(inBlock(parseFlowDocument({ name: "", flowSteps: copies }).steps));
        const pairs = new Set(variablesOf(nodes).map((name, index) => `${before[index]} ${name}`));
        expect([pairs.size, before.length]).toEqual([new Set(before).size, variablesOf(nodes).length]);
      },
    ),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});
