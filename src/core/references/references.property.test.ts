import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyFlow } from "#core/arbitrary-flow.ts";
import { type StepNode, parseFlow } from "#core/flow-document.ts";
import { type JsonObject, getAtPath } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import { locateSteps } from "#core/step-list.ts";
import { applyTextEdits } from "#core/text-edit.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStepReferences } from "./read-step-references.ts";
import { planRename } from "./rename-variable.ts";
import { renewSteps } from "./renew-steps.ts";
import { sampleStepTypes } from "./sample-step-types.ts";

const names = [
  "page",
  "score",
  "pages",
  "page_2",
  "a-b",
  "größe",
  "__proto__",
  "constructor",
  "input",
  "item",
];
const words = (...own: string[]) => fc.array(fc.constantFrom(...names, ...own), { maxLength: 14 });
const texts = {
  userPrompt: words(
    "{{",
    "}}",
    "{{page}}",
    "{{ score.x }}",
    "{{flow:page}}",
    "{",
    "}",
    ".",
    "[0]",
    "|",
    "'",
    " ",
    "\n",
  ),
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
    "{{",
    "}}",
    "{%",
    "%}",
    "{{ page }}",
    "{{ page.x | append: score }}",
    "{% if page %}",
    "{% endif %}",
    "{% else %}",
    "{% assign page = score %}",
    "{% for page in pages %}",
    "{% endfor %}",
    "['page']",
    "|",
    ".",
    " ",
    "'",
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

/** A step with one text made of pieces of its language, some of which parse. */
const anyStep = fc
  .constantFrom(...(Object.keys(texts) as (keyof typeof texts)[]))
  .chain((field) => texts[field].map((pieces) => ({ field, text: pieces.join("") })))
  .map(({ field, text }) => createStep({ id: "a", type: types[field], config: { [field]: text } }));

const textOf = (node: StepNode | undefined) => JSON.stringify(node?.fields);
const steps = { numRuns: 1_000 };

test("every position spells its name", () => {
  fc.assert(
    fc.property(anyStep, (node) => {
      for (const { name, at, from, to } of readStepReferences(node, sampleStepTypes).reads) {
        expect((getAtPath(node.fields, at) as string).slice(from, to)).toBe(name);
      }
    }),
    steps,
  );
});

test("no text makes it throw, and a text that is at fault says where in it", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string());
  fc.assert(
    fc.property(anyText, fc.constantFrom(...Object.entries(types)), (text, [field, type]) => {
      const node = createStep({ id: "a", type, when: text, config: { [field]: text } });
      for (const { from, line, column } of readStepReferences(node, sampleStepTypes).faults) {
        expect([from >= 0 && from <= text.length, line >= 1, column >= 1]).toEqual([true, true, true]);
      }
    }),
    steps,
  );
});

const rename = (node: StepNode, from: string, to: string): StepNode | undefined => {
  const plan = planRename([node], from, to, sampleStepTypes);
  expect(plan.type).toBe("edits");
  const document = { name: "", description: null, steps: [node] };
  return plan.type === "edits" ? applyTextEdits(document, plan.edits).steps[0] : undefined;
};

test("a rename renames what was read, and nothing else", () => {
  const readNames = (node: StepNode) =>
    readStepReferences(node, sampleStepTypes).reads.map(({ name, form, path }) => ({ name, form, path }));
  fc.assert(
    fc.property(anyStep, fc.constantFrom(...names), (node, name) => {
      const after = rename(node, name, "fresh") ?? node;
      expect(readNames(after)).toEqual(
        readNames(node).map((read) => (read.name === name ? { ...read, name: "fresh" } : read)),
      );
    }),
    steps,
  );
});

test("a rename there and back gives the same text, but for what a shorthand was written out to", () => {
  fc.assert(
    fc.property(anyStep, (node) => {
      const back = rename(rename(node, "page", "fresh") ?? node, "fresh", "page");
      const written = textOf(node).replaceAll(/\{ page \}/g, "{ page: page }");
      expect(textOf(back)?.replaceAll(/\{ page \}/g, "{ page: page }")).toBe(written);
    }),
    steps,
  );
});

test("a name that nothing reads is renamed without an edit", () => {
  fc.assert(
    fc.property(anyStep, (node) => {
      expect(planRename([node], "unread", "fresh", sampleStepTypes)).toEqual({ type: "edits", edits: [] });
    }),
  );
});

test("renewed steps clash with nothing in the document, and stay apart from each other as they were", () => {
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
    fc.property(anyFlow, anyFlow, outputs, outputs, (block, flow, blockVariables, flowVariables) => {
      const document = parseFlow({ ...flow, flowSteps: withOutputs(flow.flowSteps, flowVariables) });
      const present = [...locateSteps(document).values()].map(({ node }) => node);
      let count = 0;
      const mintId = () => `minted-${(count += 1)}`;
      const copies = withOutputs(block.flowSteps, blockVariables);
      const renewed = renewSteps(copies, { document, mintId, types: sampleStepTypes });
      const inBlock = (nodes: readonly StepNode[]) =>
        [...locateSteps({ ...document, steps: nodes }).values()].map(({ node }) => node);
      const variablesOf = (nodes: readonly StepNode[]) =>
        nodes.flatMap((node) => readSetVariables(node, sampleStepTypes).map(({ name }) => name));
      const nodes = inBlock(renewed);

      expect(new Set(nodes.map(({ fields }) => fields["id"])).size).toBe(nodes.length);
      const taken = new Set(variablesOf(present));
      expect(variablesOf(nodes).filter((name) => taken.has(name))).toEqual([]);
      const before = variablesOf(inBlock(parseFlow({ name: "", flowSteps: copies }).steps));
      const pairs = new Set(variablesOf(nodes).map((name, index) => `${before[index]} ${name}`));
      expect([pairs.size, before.length]).toEqual([new Set(before).size, variablesOf(nodes).length]);
    }),
    { numRuns: 300 },
  );
});
