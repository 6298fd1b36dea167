import * as fc from "fast-check";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type FlowJson,
  MAX_NESTING_LEVEL,
  type StepKey,
  createStepNodeFromJson,
} from "#core/document/flow-document.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import {
  type StepPlace,
  type StepListRef,
  ROOT_STEP_LIST_REF,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";

// Random flows and edits for property tests, including values that only an API can send.

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** Multiplies the number of cases of a property test: only a full run has the time for all cases. */
export const TEST_CASE_COUNT_MULTIPLIER = process.env["FULL_RUN"] === undefined ? 0.05 : 1;

/**
 * Few ids, so that duplicates occur. Some ids are names of inherited object properties, which a lookup in a plain
 * object would find.
 */
const ids = ["a", "b", "c", "d", "e", "f", "a~2", "~2", "constructor", "step_01k5r9pj9kf26src3enda8ht0a"];
const types = "prompt fetch-url conditional conditional send-slack-message loop constructor".split(" ");
const strangeKeys = ["__proto__", "constructor", "toString", "retryPolicy", "10", "2", "trueSteps", "ünï"];

/** `Object.fromEntries` defines own properties, so that `__proto__` is an ordinary key. */
const objectOf = (value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...strangeKeys), value), { maxLength: 3, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));

/** Excludes -0, which JSON cannot represent. */
const jsonLeaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, true, false, "", "text", "{{out_1}}", "<script>", "\u202egnp.exe", 0, 1.5, -3, 1e21),
  fc.string({ maxLength: 5 }),
);
const anyJson = fc.oneof(jsonLeaf, objectOf(jsonLeaf), fc.array(jsonLeaf, { maxLength: 3 }));

type Entry = readonly [string, JsonValue];
const absentOr = (key: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<readonly Entry[]> =>
  fc.option(value, { nil: undefined }).map((item) => (item === undefined ? [] : [[key, item]]));

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

const flowOf = (id: fc.Arbitrary<JsonValue>): fc.Arbitrary<FlowJson> =>
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 8 }),
    description: fc.constantFrom(undefined, null, "", "What it is for"),
    flowSteps: listOf(stepAtLevel(0, id), 5),
  });

/** Any flow that JSON can represent: missing, duplicate or invalid ids, unknown types and fields, any numbering. */
export const flowArbitrary = flowOf(fc.oneof(fc.constantFrom(...ids), fc.constantFrom(7, null)));

/** A flow as the local server stores it: top-level steps have ids, and all ids are unique. */
export const storedFlowArbitrary = flowArbitrary.map((source): FlowJson => {
  let count = 0;
  const mint = (steps: readonly JsonObject[], isTop: boolean): readonly JsonObject[] =>
    steps.map((step) => {
      count += 1;
      const named =
        isTop || typeof step["id"] === "string" ? { ...step, id: `step_${count}` } : withoutId(step);
      const config = named["config"];
      if (!isJsonObject(config)) return named;
      const lists = BRANCH_NAMES.flatMap((branch): Entry[] => {
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

export function buildFlowOfNestedConditionals(levels = MAX_NESTING_LEVEL): FlowJson {
  let steps: readonly JsonObject[] = [{ id: "bottom", type: "prompt", name: "Bottom" }];
  for (let level = levels; level > 0; level -= 1) {
    steps = [
      { id: `level-${level}`, type: "conditional", name: `Level ${level}`, config: { trueSteps: steps } },
    ];
  }
  return { name: "Deep", flowSteps: [...steps, { id: "beside", type: "prompt", name: "Beside" }] };
}

/** A random edit that refers to steps and positions by number. See {@link convertRandomFlowEditToCommand}. */
export interface RandomFlowEdit {
  readonly type: EditCommand["type"];
  readonly steps: readonly number[];
  readonly list: number;
  readonly index: number;
  readonly flag: boolean;
  readonly text: string;
  readonly value: JsonValue;
}

interface EditInput {
  readonly document: FlowDocument;
  readonly edit: RandomFlowEdit;
  readonly key: StepKey;
  readonly keys: readonly StepKey[];
  readonly place: StepPlace;
  readonly count: number;
}

const commandBuilders: {
  readonly [type in EditCommand["type"]]: (aim: EditInput) => Extract<EditCommand, { readonly type: type }>;
} = {
  moveSteps: ({ keys, place }) => ({ type: "moveSteps", keys, place }),
  insertSteps: ({ edit, place, count }) => ({
    type: "insertSteps",
    place,
    steps: edit.steps.map((_, index) => createStepNodeFromJson(newStep(`new_${count}_${index}`, edit))),
  }),
  removeSteps: ({ keys }) => ({ type: "removeSteps", keys }),
  setEnabled: ({ keys, edit }) => ({ type: "setEnabled", keys, enabled: edit.flag }),
  renameStep: ({ key, edit }) => ({ type: "renameStep", key, name: edit.text }),
  setWhen: ({ key, edit }) => ({ type: "setWhen", key, when: edit.text }),
  setConfig: ({ key, edit }) => {
    const path = [[], ["http", "url"], ["__proto__", "x"], ["trueSteps"], ["list", 0]][edit.index % 5] ?? [];
    return { type: "setConfig", key, path, value: edit.flag ? edit.value : undefined };
  },
  renameVariable: ({ document, edit }) => ({
    type: "renameVariable",
    from: "out_1",
    to: "page",
    edits: aimTexts(document, edit),
  }),
  replaceText: ({ document, edit }) => ({ type: "replaceText", edits: aimTexts(document, edit) }),
  renameFlow: ({ edit }) => ({ type: "renameFlow", name: edit.text }),
  setDescription: ({ edit }) => ({ type: "setDescription", description: edit.flag ? edit.text : null }),
  replaceDocument: ({ document }) => ({
    type: "replaceDocument",
    reason: "restore version 3",
    document: { ...document, steps: document.steps.toReversed() },
  }),
  sequence: ({ document, edit, count }) => {
    const parts = ["setEnabled", "removeSteps", "moveSteps"] as const;
    return {
      type: "sequence",
      commands: parts.map((type) => convertRandomFlowEditToCommand(document, { ...edit, type }, count)),
      label: "several at once",
    };
  },
};

export const editArbitrary: fc.Arbitrary<RandomFlowEdit> = fc.record({
  // Moves have the most rules, so they are three times as frequent as other edits.
  type: fc.constantFrom("moveSteps", "moveSteps", ...(Object.keys(commandBuilders) as EditCommand["type"][])),
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  list: fc.nat(),
  index: fc.nat(),
  flag: fc.boolean(),
  text: fc.constantFrom("", "New name", "x > 1"),
  value: anyJson,
});

export function listAllStepListReferences(document: FlowDocument): readonly StepListRef[] {
  const lists = [...getLocationsOfAllSteps(document).values()].flatMap(({ node }) =>
    BRANCH_NAMES.filter((branch) => node.branches?.[branch]).map((branch): StepListRef => ({
      type: "branch",
      step: node.key,
      branch,
    })),
  );
  return [ROOT_STEP_LIST_REF, ...lists];
}

/**
 * Converts a random edit to a command on steps and positions of the document, some of which do not exist. `count` makes
 * new ids unique.
 */
export function convertRandomFlowEditToCommand(
  document: FlowDocument,
  edit: RandomFlowEdit,
  count: number,
): EditCommand {
  const known = [...getLocationsOfAllSteps(document).keys()];
  const keys = edit.steps.map((pick) => known[pick % (known.length + 1)] ?? ("nowhere" as StepKey));
  const lists = listAllStepListReferences(document);
  const place: StepPlace = {
    list: lists[edit.list % lists.length] ?? ROOT_STEP_LIST_REF,
    index: edit.index % 6,
  };
  return commandBuilders[edit.type]({
    document,
    edit,
    key: keys[0] ?? ("nowhere" as StepKey),
    keys,
    place,
    count,
  });
}

/** Applies random edits one after the other; `from` is the count of the first. */
export const applyRandomEdits = (document: FlowDocument, edits: readonly RandomFlowEdit[], from = 0) =>
  edits.reduce(
    (now, edit, count) => applyEditCommand(now, convertRandomFlowEditToCommand(now, edit, from + count)),
    document,
  );

function aimTexts(document: FlowDocument, edit: RandomFlowEdit): readonly StepTextReplacement[] {
  const nodes = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
  return edit.steps.flatMap((pick): readonly StepTextReplacement[] => {
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

function newStep(id: string, edit: RandomFlowEdit) {
  const config: JsonObject = edit.flag ? { trueSteps: [{ id: `${id}_inner`, type: "prompt" }] } : {};
  return { id, type: edit.flag ? "conditional" : "prompt", name: edit.text || "New step", config };
}
