import { expect, it } from "vitest";
import { FLOW_TEMPLATES } from "#contract/flow-templates/flow-templates.ts";
import { describeTemplate } from "./template-preview.tsx";
import { findTemplates, listGalleryTemplates } from "./find-templates.ts";

const flowOf = (id: string) => FLOW_TEMPLATES.find((template) => template.id === id)!.flow;
const bare = { models: false, mail: false, stepTypes: ["prompt", "conditional", "api-call"], secrets: [] };

it("a template's inputs have their sample values, and its requirements say what the server lacks", () => {
  const { inputs, recordFields, requirements } = describeTemplate(flowOf("page-digest"), bare);
  expect(inputs).toEqual([{ name: "audience", sample: "the support team" }]);
  expect(recordFields.map(({ name }) => name)).toEqual(["url", "owner"]);
  expect(requirements).toEqual([
    { label: "Model claude-sonnet-4-5", missing: "no model server" },
    { label: "Mail server", missing: "not set" },
    { label: "Fetch URL steps", missing: "not available on this server" },
    { label: "Transform data steps", missing: "not available on this server" },
    { label: "Upsert record steps", missing: "not available on this server" },
    { label: "Send email steps", missing: "not available on this server" },
  ]);
});

it("a template's requirements are listed without a check if the server reports no settings", () => {
  const { requirements } = describeTemplate(flowOf("comment-moderation"), undefined);
  expect(requirements).toEqual([
    { label: "Model gpt-4o-mini", missing: undefined },
    { label: "Secret MODERATION_KEY", missing: undefined },
  ]);
});

it.each([
  ["health", ["Health check"]],
  ["MODERATION person", ["Comment moderation"]],
  ["fetch github", ["Release notes"]],
  ["no such thing", []],
])("a search for “%s” finds %j", (query, names) => {
  const found = findTemplates(listGalleryTemplates([]), query);
  expect(found.map(({ name }) => name)).toEqual(names);
});
