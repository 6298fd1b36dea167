import { expect, it } from "vitest";
import { STEP_CATEGORIES, STEP_TYPES, findStepType } from "#contract/step-types.ts";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { findFirstAvailableId, searchStepTypes } from "./add-step-dialog.tsx";

const recent = [findStepType("prompt")!];
const all = { recent, describe: findStepDescription, isAvailable: () => true };
const found = (query: string) =>
  searchStepTypes(query, all).flatMap(({ types }) => types.map(({ type }) => type));

it("recently added step types are listed first, then all types by category", () => {
  const groups = searchStepTypes(" ", all);
  expect(groups.map(({ heading }) => heading)).toEqual(["Recent", ...STEP_CATEGORIES]);
  expect(groups.slice(1).flatMap(({ types }) => types)).toHaveLength(STEP_TYPES.length);
  expect(searchStepTypes("", { ...all, recent: [] }).map(({ heading }) => heading)).toEqual(STEP_CATEGORIES);
});

it("types that start with the query are ranked first", () => {
  expect(found("crawl")[0]).toBe("crawl");
  expect(found("web site")).toContain("crawl");
  for (const { label, type } of STEP_TYPES) expect(found(label.slice(0, -1))[0]).toBe(type);
});

it("a step type is found by its JSON name and by its category", () => {
  for (const { type } of STEP_TYPES) expect(found(type)).toContain(type);
  expect(found("control")).toEqual(
    expect.arrayContaining(
      STEP_TYPES.filter(({ category }) => category === "Control").map(({ type }) => type),
    ),
  );
});

it("no categories are listed if no step type matches", () => {
  expect(found("zzz")).toEqual([]);
});

// Words that users of Zapier, n8n and Make know, each with the corresponding step type.
it.each([
  ["http", "api-call"],
  ["request", "api-call"],
  ["webhook", "api-call"],
  ["if", "conditional"],
  ["switch", "conditional"],
  ["filter", "conditional"],
  ["branch", "conditional"],
  ["code", "transform-data"],
  ["javascript", "transform-data"],
  ["script", "transform-data"],
  ["llm", "prompt"],
  ["openai", "prompt"],
  ["gpt", "prompt"],
  ["sms", "send-text"],
  ["slack", "api-call"],
  ["delay", "wait-until"],
  ["sleep", "wait-until"],
  ["foreach", "loop"],
  ["iterate", "loop"],
  ["map", "transform-data"],
  ["json", "transform-data"],
  ["scrape", "crawl"],
  ["database", "get-record"],
  ["file", "store-asset"],
  ["format", "template"],
  ["schedule", "wait-until"],
  ["notify", "send-email"],
  ["rag", "vector-search"],
  ["image", "store-asset"],
  ["upload", "store-asset"],
  ["split", "conditional"],
  ["merge", "transform-data"],
  ["email", "send-email"],
  ["pdf", "generate-pdf"],
  ["ai", "prompt"],
  ["variable", "set-variable"],
  ["wait", "wait-until"],
  ["chat", "prompt"],
  ["memory", "save-memory"],
  ["api", "api-call"],
  ["curl", "api-call"],
  ["regex", "transform-data"],
  ["csv", "transform-data"],
  ["cron", "wait-until"],
  ["router", "conditional"],
  ["formatter", "transform-data"],
  ["iterator", "loop"],
  ["aggregate", "transform-data"],
  ["paths", "conditional"],
  ["translate", "prompt"],
  ["get", "fetch-url"],
  ["post", "api-call"],
  ["text", "send-text"],
  ["loop", "loop"],
  ["repeat", "loop"],
  ["pause", "wait-until"],
  ["mail", "send-email"],
  ["vector", "vector-search"],
  ["template", "template"],
  ["prompt", "prompt"],
  ["sort", "transform-data"],
  ["calculate", "transform-data"],
  ["compute", "transform-data"],
  ["count", "transform-data"],
  ["decide", "conditional"],
  ["keyword", "conditional"],
  ["stop", "conditional"],
  ["error", "conditional"],
  ["write", "template"],
  ["reply", "template"],
  ["reply", "send-stream"],
  ["message", "template"],
  ["answer", "template"],
  ["answer", "prompt"],
  ["input", "set-variable"],
  ["customer", "get-record"],
  ["log", "send-event"],
  ["classify", "prompt"],
  ["classify", "conditional"],
  ["classify", "transform-data"],
])("a search for “%s” lists %s among the first three step types", (query, type) => {
  expect(found(query).slice(0, 3)).toContain(type);
});

it("equal matches are ranked by how recently the user added them", () => {
  const types = ["list-records", "loop"].map((type) => findStepType(type)!);
  const [group] = searchStepTypes("iterate", { ...all, recent: types });
  expect(group?.types[0]?.type).toBe("list-records");
});

it("a query word of up to three letters matches only at the beginning of a word", () => {
  const textOf = ({ label, type, category }: (typeof STEP_TYPES)[number]) => {
    const { help = "", terms = [] } = findStepDescription(type) ?? {};
    return [label, ...terms, type, category, help].join(" ").toLowerCase();
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

it("available types are ranked first among matches of the same quality", () => {
  const isAvailable = ({ type }: { readonly type: string }) => !["send-text", "prompt"].includes(type);
  const search = (query: string) => searchStepTypes(query, { ...all, isAvailable });
  const listed = (query: string) => search(query).flatMap(({ types }) => types.map(({ type }) => type));
  expect(isAvailable({ type: listed("text")[0] ?? "" })).toBe(true);
  expect(listed("text").indexOf("send-text")).toBeGreaterThan(found("text").indexOf("send-text"));
  expect(listed("send te")[0]).toBe("send-text");
});

it("the first type that the server can run is preselected", () => {
  const isAvailable = ({ category }: { readonly category: string }) => category !== "AI";
  const first = (query: string) =>
    findFirstAvailableId(searchStepTypes(query, { ...all, isAvailable }), isAvailable);
  const listed = (query: string) => searchStepTypes(query, { ...all, recent: [], isAvailable });
  const firstAvailable = STEP_TYPES.find(isAvailable);
  expect(first("")).toBe(`${firstAvailable?.category} ${firstAvailable?.type}`);
  const matches = listed("answer").flatMap(({ types }) => types);
  expect(matches.map(({ type }) => type)).toContain("prompt");
  expect(first("answer")).toBe(`Found ${matches.find(isAvailable)?.type}`);
  expect(first("prompt")).toBeUndefined();
});
