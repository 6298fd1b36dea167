import { expect, it } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import {
  type ManagedSecretState,
  type ServerRunEnvironment,
  findRunEnvironmentProblems,
  findServerProblems,
  listNeededNames,
} from "./find-environment-problems.ts";
import { isServerDependentProblem } from "./problem.ts";

const completeEnvironment: ServerRunEnvironment = {
  models: true,
  mail: true,
  stepTypes: ["prompt", "send-email", "fetch-url", "conditional"],
  secrets: [{ name: "API_KEY" }],
};
const find = (environment: Partial<ServerRunEnvironment>, ...steps: readonly JsonObject[]) =>
  findServerProblems(buildDocument(...steps), sampleStepTypeLookup, {
    ...completeEnvironment,
    ...environment,
  });
const findMessages = (environment: Partial<ServerRunEnvironment>, ...steps: readonly JsonObject[]) =>
  find(environment, ...steps).map(({ code, step, message }) => `${code} ${step}: ${message}`);
const fetch = (id: string, url: string) =>
  buildStep(id, { type: "fetch-url", config: { http: { method: "GET", url } } });

it("reports each missing setting once, at the first step that needs it", () => {
  const steps = [
    buildStep("ask"),
    buildConditional("route", [buildStep("tell"), buildStep("send", { type: "send-email" })]),
  ];
  expect(findMessages({}, ...steps)).toEqual([]);
  expect(findMessages({ models: false, mail: false }, ...steps)).toEqual([
    "no-model-server ask: No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server to run “Ask” and 1 more step.",
    "no-mail-server send: No mail server is connected. Set FLOWLINE_SMTP_URL on the server to run “Send”.",
  ]);
});

it("reports each secret that is not set at the first step that uses it", () => {
  const steps = [
    fetch("known", "https://a.example/?k={{secret:API_KEY}}"),
    fetch("page", "https://a.example/{{ secret : TOKEN }}"),
    buildConditional("route", [fetch("more", "{{secret:TOKEN}}{{secret:TOKEN}}")]),
  ];
  const [problem, ...others] = find({}, ...steps);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: "missing-secret",
    severity: "warning",
    step: "page",
    at: ["config", "http", "url"],
    from: 18,
    to: 38,
    message:
      "Secret “TOKEN” is not set. Set FLOWLINE_SECRET_TOKEN on the server to run “Page” and 1 more step.",
    messageAtStep: "Secret “TOKEN” is not set. Set FLOWLINE_SECRET_TOKEN on the server.",
    steps: ["page", "more"],
  });
  expect(find({ secrets: undefined }, ...steps)).toEqual([]);
});

it("reports a secret that a step may not use, and names the step type that must be allowed", () => {
  const secret = { name: "API_KEY", stepTypes: ["fetch-url", "prompt"] };
  const use = "{{secret:API_KEY}}";
  const steps = [
    fetch("page", use),
    buildStep("ask", { config: { userPrompt: use } }),
    buildStep("script", { type: "transform-data", config: { script: `return "${use}"` } }),
    buildStep("when", { type: "fetch-url", when: `${use} === 1`, config: { defaultValue: [use] } }),
    buildStep("more", { type: "transform-data", config: { script: use } }),
    buildStep("off", { type: "template", enabled: false, config: { template: use } }),
  ];
  const stepTypes = [...completeEnvironment.stepTypes, "transform-data"];
  const problems = find({ secrets: [secret], stepTypes }, ...steps);
  expect(problems.map(({ message }) => message)).toEqual([
    "Secret “API_KEY” may not be used in transform-data steps. Add transform-data to FLOWLINE_SECRET_API_KEY_ALLOW on the server to run “Script” and 1 more step.",
    "Secret “API_KEY” may not be used in conditions. Add conditional to FLOWLINE_SECRET_API_KEY_ALLOW on the server to run “When”.",
    "Secret “API_KEY” may not be used in values of variables. Add set-variable to FLOWLINE_SECRET_API_KEY_ALLOW on the server to run “When”.",
  ]);
  expect(problems[0]).toMatchObject({
    code: "refused-secret",
    step: "script",
    at: ["config", "script"],
    from: 8,
  });
  expect(problems.every(isServerDependentProblem)).toBe(true);
  expect(find({ secrets: [{ name: "API_KEY" }], stepTypes }, ...steps)).toEqual([]);
});

it("asks for the host of a request, not for its step type, if a secret may not be sent", () => {
  expect(
    findMessages({ secrets: [{ name: "KEY", stepTypes: [] }] }, fetch("page", "{{secret:KEY}}")),
  ).toEqual([
    "refused-secret page: Secret “KEY” may not be used in fetch-url steps. Add the host of the request to FLOWLINE_SECRET_KEY_ALLOW on the server to run “Page”.",
  ]);
});

it("asks the user to rename a secret whose name cannot be part of a setting's name", () => {
  expect(findMessages({}, fetch("page", "{{secret:a b}}"))).toEqual([
    "missing-secret page: Secret “a b” is not set. Set a secret with a name of letters, digits and _ on the server to run “Page”.",
  ]);
});

it("does not treat malformed or other templates as secrets", () => {
  const texts = [
    "{{secret:open and {{secrets.given}}",
    "{{flow:x}} {{page}} {{ secrets:X }}",
    "secret:X}} {{",
  ];
  expect(find({ secrets: [] }, ...texts.map((text, index) => fetch(`step-${index}`, text)))).toEqual([]);
  expect(find({ secrets: [] }, fetch("braces", "{{{secret:X}}}"))).toHaveLength(1);
});

it("reports the steps whose type the server cannot run", () => {
  expect(findMessages({}, buildStep("read", { type: "crawl" }))).toEqual([
    "unavailable-type read: This server can’t run “Read”: “crawl” steps need the Runtype platform.",
  ]);
});

it("reports missing and revoked secrets of a connected account once each, but none with an unknown state", () => {
  const steps = [
    fetch("one", "https://a.example/?k={{secret:GONE}}&l={{secret:KNOWN}}&m={{secret:UNKNOWN}}"),
    buildStep("two", { type: "fetch-url", when: "{{secret:GONE}} === 1" }),
    fetch("three", "https://a.example/?k={{secret:OLD}}"),
    { ...fetch("off", "https://a.example/?k={{secret:OFF}}"), enabled: false },
  ];
  const document = buildDocument(...steps);
  expect(listNeededNames(document, sampleStepTypeLookup)).toEqual({
    secrets: ["GONE", "KNOWN", "UNKNOWN", "OLD"],
    models: [],
    tools: [],
  });
  const managedSecrets = new Map<string, ManagedSecretState>([
    ["GONE", "missing"],
    ["KNOWN", "found"],
    ["OLD", "revoked"],
    ["OFF", "missing"],
  ]);
  const problems = findRunEnvironmentProblems(document, sampleStepTypeLookup, { managedSecrets });
  expect(problems.map(({ code, step, message }) => `${code} ${step}: ${message}`)).toEqual([
    "missing-secret one: Secret “GONE” does not exist in the connected account. Create it to run “One” and 1 more step.",
    "revoked-secret three: Secret “OLD” is revoked in the connected account. Renew it to run “Three”.",
  ]);
  expect(problems[0]).toMatchObject({ at: ["config", "http", "url"], name: "GONE" });
  expect(problems.every(isServerDependentProblem)).toBe(true);
});

const prompt = (id: string, config: JsonObject, fields: JsonObject = {}) =>
  buildStep(id, { config, ...fields });

it("reports each model that the model server lacks, also as a fallback, but none if the list is not known", () => {
  const fallbacks: readonly JsonObject[] = [{ type: "model", model: "old" }, { type: "retry" }];
  const steps = [
    prompt("ask", { model: "new" }),
    prompt("tell", { model: "gone", errorHandling: { onError: "fallback", fallbacks } }),
    buildConditional("route", [prompt("more", { model: "gone" }), prompt("any", { model: "{{model}}" })]),
    prompt("off", { model: "none" }, { enabled: false }),
    buildStep("read", { type: "fetch-url", config: { model: "not a model" } }),
  ];
  const knownModels = new Set(["new"]);
  expect(findMessages({ knownModels }, ...steps)).toEqual([
    "missing-model tell: The model server has no model “gone”. Choose another to run “Tell” and 1 more step.",
    "missing-model tell: The model server has no model “old”. Choose another to run “Tell”.",
  ]);
  const problems = find({ knownModels }, ...steps);
  expect(problems).toMatchObject([
    { severity: "warning", at: ["config", "model"], name: "gone" },
    { at: ["config", "errorHandling", "fallbacks", 0, "model"], name: "old" },
  ]);
  expect(problems.every(isServerDependentProblem)).toBe(true);
  expect(findMessages({}, ...steps)).toEqual([]);
});

it("reports the prompts with tools, which this server cannot use", () => {
  const steps = [
    prompt("none", { tools: { toolIds: [], toolCallStrategy: "auto" } }),
    prompt("ask", { tools: { toolIds: ["builtin:exa"] } }),
    prompt("tell", { tools: { mcpServers: [{ id: "a", url: "https://a.example" }] } }),
    prompt("off", { tools: { toolIds: ["builtin:exa"] } }, { enabled: false }),
  ];
  expect(findMessages({}, ...steps)).toEqual([
    "missing-tool ask: This server can’t use prompt tools. Remove them to run “Ask” and 1 more step.",
  ]);
});

it("reports models and tools that do not exist in the connected account, except tools that are in no list", () => {
  const toolIds = ["builtin:exa", "tool_gone", "{{tool}}", "mcp:files", "platform:search"];
  const steps = [
    prompt("ask", { model: "gone", tools: { toolIds } }),
    buildStep("call", { type: "tool-call", config: { toolId: "tool_gone" } }),
  ];
  const document = buildDocument(...steps);
  expect(listNeededNames(document, sampleStepTypeLookup)).toEqual({
    secrets: [],
    models: ["gone"],
    tools: ["builtin:exa", "tool_gone"],
  });
  const account = { managedSecrets: new Map<string, ManagedSecretState>() };
  const known = { ...account, knownModels: new Set(["new"]), knownTools: new Set(["builtin:exa"]) };
  const problems = findRunEnvironmentProblems(document, sampleStepTypeLookup, known);
  expect(problems.map(({ code, step, message }) => `${code} ${step}: ${message}`)).toEqual([
    "missing-model ask: Model “gone” does not exist in the connected account. Choose another to run “Ask”.",
    "missing-tool ask: Tool “tool_gone” does not exist in the connected account. Choose another to run “Ask” and 1 more step.",
  ]);
  expect(problems[1]).toMatchObject({ at: ["config", "tools", "toolIds", 1], name: "tool_gone" });
  expect(findRunEnvironmentProblems(document, sampleStepTypeLookup, account)).toEqual([]);
});
