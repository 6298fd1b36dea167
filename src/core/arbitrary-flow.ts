import * as fc from "fast-check";
import type { Command } from "./command.ts";
import { BRANCHES, type FlowDocument, type FlowSource, MAX_LEVEL, type StepKey } from "./flow-document.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "./json.ts";
import { createStep } from "./new-step.ts";
import { type Place, type StepListRef, ROOT, locateSteps } from "./step-list.ts";
import type { TextEdit } from "./text-edit.ts";

// Random flows and edits for property tests, with everything that an API may send and a form would never make.

/** Few names, so that ids double and keys collide; some that plain objects inherit. */
const ids = ["a", "b", "c", "d", "e", "f", "a~2", "~2", "constructor", "step_01k5r9pj9kf26src3enda8ht0a"];
const types = [
  "prompt",
  "fetch-url",
  "conditional",
  "conditional",
  "send-slack-message",
  "loop",
  "constructor",
];
const strangeKeys = ["__proto__", "constructor", "toString", "retryPolicy", "10", "2", "trueSteps", "ünï"];

/** `Object.fromEntries` defines own properties, so that `__proto__` is a key like any other. */
const objectOf = (value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...strangeKeys), value), { maxLength: 3, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));

/** -0 is left out: JSON has no way to write it back. */
const jsonLeaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, true, false, "", "text", "{{out_1}}", "<script>", "\u202egnp.exe", 0, 1.5, -3, 1e21),
  fc.string({ maxLength: 5 }),
);
const anyJson = fc.oneof(jsonLeaf, objectOf(jsonLeaf), fc.array(jsonLeaf, { maxLength: 3 }));

type Entry = readonly [string, JsonValue];
const absentOr = (key: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<readonly Entry[]> =>
  fc.option(value, { nil: undefined }).map((item) => (item === undefined ? [] : [[key, item]]));

/** How the steps of one list say their order: not at all, as it is, from one, mixed up, or only some of them. */
const numbering = fc.constantFrom("none", "from-zero", "from-one", "reversed", "equal", "some");

function numberSteps(steps: readonly JsonObject[], how: string): readonly JsonObject[] {
  const numbers: Record<string, (index: number) => JsonValue | undefined> = {
    none: () => undefined,
    "from-zero": (index) => index,
    "from-one": (index) => index + 1,
    reversed: (index) => steps.length - index,
    equal: () => 7,
    some: (index) => (index % 2 === 0 ? index : "late"),
  };
  return steps.map((step, index) => {
    const order = numbers[how]?.(index);
    return order === undefined ? step : { order, ...step };
  });
}

const listOf = (step: fc.Arbitrary<JsonObject>, maxLength: number): fc.Arbitrary<readonly JsonObject[]> =>
  fc.tuple(fc.array(step, { maxLength }), numbering).map(([steps, how]) => numberSteps(steps, how));

function stepAtLevel(level: number, id: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  const nested = level < 3 ? listOf(stepAtLevel(level + 1, id), 3) : fc.constant([]);
  // Now and then a list that holds no steps at all, which stays closed to the editor.
  const branch = fc.oneof({ weight: 9, arbitrary: nested }, { weight: 1, arbitrary: anyJson });
  const config = fc
    .tuple(objectOf(anyJson), absentOr("trueSteps", branch), absentOr("falseSteps", branch))
    .map(([own, ...branches]) => ({ ...own, ...Object.fromEntries(branches.flat()) }));
  return fc
    .tuple(
      absentOr("id", id),
      fc.constantFrom(...types).map((type): readonly Entry[] => [["type", type]]),
      absentOr("name", fc.oneof(fc.string({ minLength: 1, maxLength: 6 }), jsonLeaf)),
      absentOr("enabled", fc.oneof(fc.boolean(), jsonLeaf)),
      absentOr("when", jsonLeaf),
      absentOr("config", fc.oneof({ weight: 9, arbitrary: config }, { weight: 1, arbitrary: anyJson })),
      objectOf(anyJson).map((own): readonly Entry[] => Object.entries(own)),
    )
    .chain((parts) => fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length }))
    .map((entries) => Object.fromEntries(entries));
}

const flowOf = (id: fc.Arbitrary<JsonValue>): fc.Arbitrary<FlowSource> =>
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 8 }),
    description: fc.constantFrom(undefined, null, "", "What it is for"),
    flowSteps: listOf(stepAtLevel(0, id), 5),
  });

/** Any flow that parses as JSON: ids missing, doubled or no texts, unknown types and fields, lists in any numbering. */
export const anyFlow = flowOf(fc.oneof(fc.constantFrom(...ids), fc.constantFrom(7, null)));

/** A flow as our own server stores it: every step of the top level has an id, and no id is there twice. */
export const storedFlow = anyFlow.map((source): FlowSource => {
  let count = 0;
  const mint = (steps: readonly JsonObject[], isTop: boolean): readonly JsonObject[] =>
    steps.map((step) => {
      count += 1;
      const named =
        isTop || typeof step["id"] === "string" ? { ...step, id: `step_${count}` } : withoutId(step);
      const config = named["config"];
      if (!isJsonObject(config)) return named;
      const lists = BRANCHES.flatMap((branch): Entry[] => {
        const list = config[branch];
        return isStepList(list) ? [[branch, mint(list, false)]] : [];
      });
      return lists.length === 0 ? named : { ...named, config: { ...config, ...Object.fromEntries(lists) } };
    });
  return { ...source, flowSteps: mint(source.flowSteps, true) };
});

function withoutId(step: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(step).filter(([key]) => key !== "id"));
}

function isStepList(value: JsonValue | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}

/** A flow of conditionals inside each other, as deep as a flow may be, with a plain step at the bottom. */
export function buildDeepFlow(levels = MAX_LEVEL): FlowSource {
  let steps: readonly JsonObject[] = [{ id: "bottom", type: "prompt", name: "Bottom" }];
  for (let level = levels; level > 0; level -= 1) {
    steps = [
      { id: `level-${level}`, type: "conditional", name: `Level ${level}`, config: { trueSteps: steps } },
    ];
  }
  return { name: "Deep", flowSteps: [...steps, { id: "beside", type: "prompt", name: "Beside" }] };
}

/** An edit before it is known what it meets; {@link aimEdit} makes a command of it. */
export interface Edit {
  readonly type: Command["type"];
  readonly steps: readonly number[];
  readonly list: number;
  readonly index: number;
  readonly flag: boolean;
  readonly text: string;
  readonly value: JsonValue;
}

export const anyEdit: fc.Arbitrary<Edit> = fc.record({
  type: fc.constantFrom<Command["type"][]>(
    "moveSteps",
    "moveSteps",
    "moveSteps",
    "insertSteps",
    "removeSteps",
    "setEnabled",
    "renameStep",
    "setWhen",
    "setConfig",
    "renameVariable",
    "replaceText",
    "renameFlow",
    "setDescription",
    "replaceDocument",
    "sequence",
  ),
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  list: fc.nat(),
  index: fc.nat(),
  flag: fc.boolean(),
  text: fc.constantFrom("", "New name", "x > 1"),
  value: anyJson,
});

/** Every list of the document, empty ones included. */
export function everyList(document: FlowDocument): readonly StepListRef[] {
  const lists = [...locateSteps(document).values()].flatMap(({ node }) =>
    BRANCHES.filter((branch) => node.branches?.[branch]).map((branch): StepListRef => ({
      type: "branch",
      step: node.key,
      branch,
    })),
  );
  return [ROOT, ...lists];
}

/** Points a random edit at steps and places that are (nearly always) there; `count` keeps new ids apart. */
export function aimEdit(document: FlowDocument, edit: Edit, count: number): Command {
  const keys = [...locateSteps(document).keys()];
  const keyAt = (pick: number) => keys[pick % (keys.length + 1)] ?? ("nowhere" as StepKey);
  const key = keyAt(edit.steps[0] ?? 0);
  const lists = everyList(document);
  const place: Place = { list: lists[edit.list % lists.length] ?? ROOT, index: edit.index % 6 };
  switch (edit.type) {
    case "moveSteps":
      return { type: "moveSteps", keys: edit.steps.map(keyAt), place };
    case "insertSteps":
      return {
        type: "insertSteps",
        place,
        steps: edit.steps.map((_, index) => createStep(newStep(`new_${count}_${index}`, edit))),
      };
    case "removeSteps":
      return { type: "removeSteps", keys: edit.steps.map(keyAt) };
    case "setEnabled":
      return { type: "setEnabled", keys: edit.steps.map(keyAt), enabled: edit.flag };
    case "renameStep":
      return { type: "renameStep", key, name: edit.text };
    case "setWhen":
      return { type: "setWhen", key, when: edit.text };
    case "setConfig": {
      const path =
        [[], ["http", "url"], ["__proto__", "x"], ["trueSteps"], ["list", 0]][edit.index % 5] ?? [];
      return { type: "setConfig", key, path, value: edit.flag ? edit.value : undefined };
    }
    case "renameVariable":
      return { type: "renameVariable", from: "out_1", to: "page", edits: aimTexts(document, edit) };
    case "replaceText":
      return { type: "replaceText", edits: aimTexts(document, edit) };
    case "renameFlow":
      return { type: "renameFlow", name: edit.text };
    case "setDescription":
      return { type: "setDescription", description: edit.flag ? edit.text : null };
    case "replaceDocument":
      return {
        type: "replaceDocument",
        reason: "restore version 3",
        document: { ...document, steps: document.steps.toReversed() },
      };
    case "sequence": {
      const parts = ["setEnabled", "removeSteps", "moveSteps"] as const;
      const commands = parts.map((type) => aimEdit(document, { ...edit, type }, count));
      return { type: "sequence", commands, label: "several at once" };
    }
  }
}

/** Texts at any place of any steps, now and then where there is none, or inside a list of steps that is not to be reached. */
function aimTexts(document: FlowDocument, edit: Edit): readonly TextEdit[] {
  const nodes = [...locateSteps(document).values()].map(({ node }) => node);
  return edit.steps.flatMap((pick): readonly TextEdit[] => {
    const node = nodes[pick % nodes.length];
    if (!node) return [];
    const places = [...textPlaces(node.fields), ["config", "nowhere"]];
    return [{ key: node.key, at: places[edit.index % places.length] ?? [], text: edit.text }];
  });
}

function textPlaces(value: JsonValue): JsonPath[] {
  if (typeof value === "string") return [[]];
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, JsonValue][] = isJsonObject(value)
    ? Object.entries(value)
    : value.map((item, index) => [index, item]);
  return entries.flatMap(([key, item]) => textPlaces(item).map((rest): JsonPath => [key, ...rest]));
}

function newStep(id: string, edit: Edit) {
  const config: JsonObject = edit.flag ? { trueSteps: [{ id: `${id}_inner`, type: "prompt" }] } : {};
  return { id, type: edit.flag ? "conditional" : "prompt", name: edit.text || "New step", config };
}
