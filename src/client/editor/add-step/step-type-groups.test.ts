import { expect, it } from "vitest";
import { findStepType } from "#contract/find-step-type.ts";
import { STEP_CATEGORIES, STEP_TYPES, type StepType } from "#contract/step-types.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import {
  NEEDS_PLATFORM,
  findMissingRequirement,
  groupStepTypes,
  searchStepTypes,
  splitIntoWords,
} from "./step-type-groups.ts";

/** Types that Flowline's own server runs. */
const OWN_TYPES =
  "conditional set-variable transform-data template wait-until fetch-url api-call prompt send-email send-event send-stream retrieve-record get-record list-records create-records upsert-record update-record".split(
    " ",
  );
const typesOf = (types: readonly StepType[]) => types.map(({ type }) => type);
const isOwn = ({ type }: StepType) => OWN_TYPES.includes(type);
const all: Parameters<typeof searchStepTypes>[1] = {
  recent: [findStepType("prompt")!],
  describe: findStepDescription,
  isAvailable: () => true,
};
const find = (query: string, options = all) => searchStepTypes(splitIntoWords(query), options);
const found = (query: string, options = all) => typesOf(find(query, options));

it("the common step types come first, then the others by category, each once", () => {
  const groups = groupStepTypes(() => true);
  expect(groups.map(({ heading }) => heading)).toEqual(["Common", ...STEP_CATEGORIES]);
  expect(typesOf(groups[0]?.types ?? [])).toEqual(
    "prompt api-call conditional transform-data set-variable send-email".split(" "),
  );
  expect(typesOf(groups.flatMap(({ types }) => types)).toSorted()).toEqual(typesOf(STEP_TYPES).toSorted());
});

it("the step types that need the platform are the last group, and no category is empty", () => {
  const groups = groupStepTypes(isOwn);
  expect(groups.map(({ heading }) => heading)).toEqual([
    "Common",
    "Context",
    "Actions",
    "Records",
    "Replies",
    "Control",
    NEEDS_PLATFORM,
  ]);
  const others = groups.at(-1)?.types ?? [];
  expect(others).toEqual(STEP_TYPES.filter((step) => !isOwn(step)));
  expect(groupStepTypes(({ type }) => type === "api-call")[0]?.types).toHaveLength(1);
});

it("all step types are one group if the server can run none of them", () => {
  expect(groupStepTypes(() => false)).toEqual([{ heading: NEEDS_PLATFORM, types: STEP_TYPES }]);
});

it("a step type that only needs a setting of the server does not need the platform", () => {
  const lackOf = (type: string, [models, mail]: readonly [boolean, boolean]) =>
    findMissingRequirement(type, { models, mail, stepTypes: OWN_TYPES });
  expect(lackOf("prompt", [false, true])).toBe("needs a model");
  expect(lackOf("send-email", [true, false])).toBe("needs mail");
  expect(lackOf("prompt", [true, false])).toBeUndefined();
  expect(lackOf("send-email", [false, true])).toBeUndefined();
  expect(lackOf("crawl", [true, true])).toBe(NEEDS_PLATFORM);
});

it("types that start with the query are ranked first", () => {
  expect(found("crawl")[0]).toBe("crawl");
  expect(found("web site")).toContain("crawl");
  for (const { label, type } of STEP_TYPES) expect(found(label.slice(0, -1))[0]).toBe(type);
});

it("a step type is found by its JSON name and by its category", () => {
  for (const { type } of STEP_TYPES) expect(found(type)).toContain(type);
  expect(found("control")).toEqual(
    expect.arrayContaining(typesOf(STEP_TYPES.filter(({ category }) => category === "Control"))),
  );
});

// Words that users of Zapier, n8n and Make know, each with the corresponding step type.
const FAMILIAR_WORDS: Readonly<Record<string, string>> = {
  "api-call": "http request webhook slack api curl post",
  conditional: "if switch filter branch split router paths decide keyword stop error classify",
  "transform-data":
    "code javascript script map json merge regex csv formatter aggregate sort calculate compute count classify",
  prompt: "llm openai gpt ai chat translate prompt answer classify",
  "send-text": "sms text",
  "wait-until": "delay sleep schedule wait cron pause",
  loop: "foreach iterate iterator loop repeat",
  crawl: "scrape",
  "get-record": "database customer",
  "store-asset": "file image upload",
  template: "format template write reply message answer",
  "send-email": "notify email mail",
  "vector-search": "rag vector",
  "generate-pdf": "pdf",
  "set-variable": "variable input",
  "save-memory": "memory",
  "fetch-url": "get",
  "send-stream": "reply",
  "send-event": "log",
};

it.each(
  Object.entries(FAMILIAR_WORDS).flatMap(([type, words]) =>
    words.split(" ").map((word) => [word, type] as const),
  ),
)("a search for “%s” lists %s among the first three step types", (query, type) => {
  expect(found(query).slice(0, 3)).toContain(type);
});

it("equal matches are ranked by how recently the user added them", () => {
  const types = ["list-records", "loop"].map((type) => findStepType(type)!);
  expect(found("iterate", { ...all, recent: types })[0]).toBe("list-records");
});

it("a query word of up to three letters matches only at the beginning of a word", () => {
  const textOf = ({ label, type, category }: (typeof STEP_TYPES)[number]) => {
    const { help = "", terms = "" } = findStepDescription(type) ?? {};
    return [label, terms, type, category, help].join(" ").toLowerCase();
  };
  const listTypes = (pattern: RegExp) =>
    STEP_TYPES.filter((step) => pattern.test(textOf(step))).map(({ type }) => type);
  for (const query of ["if", "ai", "ify"])
    expect(found(query).toSorted()).toEqual(listTypes(new RegExp(`(?:^| )${query}`)).toSorted());
  expect(found("if")).toContain("conditional");
  expect(found("ai")).toContain("execute-agent");
  expect(found("ify")).not.toEqual(expect.arrayContaining(listTypes(/ify/)));
  expect(found("otif")).toContain("send-email");
});

it("the step types that need the platform are found last", () => {
  for (const query of ["text", "send", "memory", "crawl", "a"]) {
    const types = find(query, { ...all, isAvailable: isOwn });
    expect(typesOf(types).toSorted()).toEqual(found(query).toSorted());
    const firstOther = types.findIndex((step) => !isOwn(step));
    expect(types.slice(firstOther).some(isOwn)).toBe(false);
  }
  expect(found("send text", { ...all, isAvailable: isOwn })[0]).toBe("send-text");
});
