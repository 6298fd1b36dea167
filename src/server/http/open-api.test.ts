import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, it } from "vitest";
import { endpointDescriptions } from "#contract/endpoint-descriptions.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import { ERROR_CODES } from "#contract/error-codes.ts";
import { createTestApiKey } from "#server/testing/test-app.ts";
import { startTestAppInCloudMode } from "#server/testing/upstream.ts";
import { getOpenApiJson } from "./open-api.ts";

const document = JSON.parse(getOpenApiJson());

const findOperation = (name: EndpointName) => {
  const { method, path } = endpoints[name];
  return document.paths[path.replaceAll(/:(\w+)/g, "{$1}")][method.toLowerCase()];
};
const schemaOf = (content: { readonly "application/json": { readonly schema: { readonly $ref: string } } }) =>
  document.components.schemas[content["application/json"].schema.$ref.replace("#/components/schemas/", "")];

it("the OpenAPI document describes every endpoint of the contract, with its tag, texts and headers", () => {
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const operation = findOperation(name);
    expect(operation.operationId).toBe(name);
    const { tag, description, headers = [] } = endpointDescriptions[name];
    expect(operation).toMatchObject({ tags: [tag], description });
    expect(operation.summary).not.toBe("");
    const inHeader = operation.parameters.filter((parameter: { in: string }) => parameter.in === "header");
    expect(inHeader.map((parameter: { name: string }) => parameter.name)).toEqual(headers);
  }
  const update = findOperation("updateFlow");
  expect(update.parameters.map(({ name }: { name: string }) => name)).toEqual([
    "id",
    "If-Match",
    "X-Flowline-Save",
  ]);
  expect(Object.keys(update.responses)).toEqual([
    "200",
    "400",
    "401",
    "403",
    "404",
    "412",
    "413",
    "429",
    "500",
    "503",
    "507",
  ]);
  expect(schemaOf(update.requestBody.content).properties.name.maxLength).toBe(500);

  const upload = findOperation("uploadRecords");
  expect(upload.requestBody.content["multipart/form-data"].schema.required).toEqual(["file"]);
  const file = findOperation("exportRecords");
  expect(Object.keys(file.responses)).toEqual([
    "200",
    "204",
    "400",
    "401",
    "403",
    "429",
    "500",
    "503",
    "507",
  ]);
  expect(file.responses[200].content).toHaveProperty("text/csv");
  const dispatched = findOperation("dispatch").responses[200].content;
  expect(Object.keys(dispatched)).toEqual(["application/json", "text/event-stream"]);
});

it("the OpenAPI document names the schemas of bodies, contains no unused schema, and lists the error codes", () => {
  const { schemas } = document.components;
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(["CreateFlowBody", "ErrorBody", "Flow", "FlowPage", "StepInRequestBody"]),
  );
  expect(schemas.Flow.properties.flowSteps.items).toEqual({ $ref: "#/components/schemas/StepInRequestBody" });
  expect(schemas.ErrorDetail.properties.code.enum).toEqual(ERROR_CODES);
  const text = getOpenApiJson();
  for (const name of Object.keys(schemas)) expect(text).toContain(`"#/components/schemas/${name}"`);
});

it("the OpenAPI document refers to the schemas of events as the content of streams", () => {
  for (const name of ["dispatch", "streamEvents"] as const) {
    const { schema } = findOperation(name).responses[200].content["text/event-stream"];
    expect(schema.anyOf.map(({ title }: { title: string }) => title)).toEqual(
      Object.keys(endpoints[name].events),
    );
    for (const { $ref } of schema.anyOf) expect($ref).toMatch(/^#\/components\/schemas\/\w+$/);
  }
  expect(document.components.schemas.StepCompleteEvent.properties.type.const).toBe("step_complete");
});

it("the OpenAPI document follows the rules that Redocly recommends", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: getOpenApiJson(), absoluteRef: "openapi.json", config });
  const lines = problems.map(
    ({ ruleId, severity, message, location: [at] }) =>
      `${severity} ${ruleId}: ${message} ${at?.pointer ?? ""}`,
  );
  // Two paths of the Runtype API differ only by a parameter in place of a word.
  const isAccepted = (line: string) =>
    line.startsWith("warn no-ambiguous-paths") && line.endsWith(" #/paths/~1v1~1batch~1{id}~1cost");
  expect(lines.filter((line) => !isAccepted(line))).toEqual([]);
});

it("a server in cloud mode describes itself without a key, and names and links the API that answers under /v1", async () => {
  const app = await startTestAppInCloudMode("https://api.example.com", {
    API_KEYS: createTestApiKey("full"),
  });
  const { status, json } = await app.call("GET", "/local/openapi.json");
  expect(status).toBe(200);
  expect(json.info.description).toContain("https://api.example.com answers the paths under `/v1`");
  expect(json.info.description).toContain("[own description](https://api.example.com/v1/openapi.json)");
  expect(json.paths).toEqual(document.paths);
  expect(document.info.description).not.toContain("cloud mode");
});
