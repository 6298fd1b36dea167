import { expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { openApiText } from "./open-api.ts";

it("describes every endpoint of the contract", () => {
  const document = JSON.parse(openApiText());
  for (const [name, { method, path }] of Object.entries(endpoints)) {
    const operation = document.paths[path.replaceAll(/:(\w+)/g, "{$1}")][method.toLowerCase()];
    expect(operation.operationId).toBe(name);
  }
  const update = document.paths["/v1/flows/{id}"].put;
  expect(update.parameters).toEqual([{ name: "id", in: "path", required: true, schema: { type: "string" } }]);
  expect(Object.keys(update.responses)).toEqual(["200", "400", "401", "403", "404", "412", "413", "500"]);
  expect(update.requestBody.content["application/json"].schema.properties.name.maxLength).toBe(500);

  const upload = document.paths["/v1/records/upload-csv"].post;
  expect(upload.requestBody.content["multipart/form-data"].schema.required).toEqual(["file"]);
  const file = document.paths["/v1/records/export"].get;
  expect(Object.keys(file.responses)).toEqual(["200", "204", "400", "401", "403", "500"]);
  expect(file.responses[200].content).toHaveProperty("text/csv");
  const dispatched = document.paths["/v1/dispatch"].post.responses[200].content;
  expect(Object.keys(dispatched)).toEqual(["application/json", "text/event-stream"]);
});
