import { expect, it, onTestFinished } from "vitest";
import { findAnswerViolations } from "#e2e/harness/real-api/check-request.ts";
import { sendDocumentedRequests } from "#e2e/harness/real-api/documented-requests.ts";
import { findRealApiEndpoint } from "#e2e/harness/real-api/endpoints.ts";
import { startRealApiStandIn } from "#e2e/harness/real-api/start.ts";
import type { RealApiSwitches } from "#e2e/harness/real-api/switches.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";

async function start(switches: Partial<RealApiSwitches> = {}) {
  const realApi = await startRealApiStandIn({ switches });
  onTestFinished(() => realApi.close());
  const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const isForm = body instanceof FormData;
    const text = typeof body === "string" || isForm ? body : JSON.stringify(body);
    const response = await fetch(`${realApi.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${realApi.key}`,
        ...(body !== undefined && !isForm && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: text }),
    });
    const answer = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      json: isJson ? JSON.parse(answer) : null,
    };
  };
  return { realApi, call };
}

it("the server without extensions answers documented requests as documented, with the statuses of the stand-in", async () => {
  const store = await openTestStore();
  const app = await startTestApp(store, { env: { EXTRAS: "0" }, runner: createFakeFlowRunner() });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  const exchanges = await sendDocumentedRequests(async (method, path, body) => {
    const { status, headers, text } = await app.call(
      method,
      path,
      body instanceof FormData ? { form: body } : { body },
    );
    const isJson = headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status, json: isJson ? JSON.parse(text) : undefined };
  });
  const deviations = exchanges.flatMap(({ method, path, status, json }) => {
    const found = findRealApiEndpoint(method, new URL(path, "http://server").pathname);
    if (!found) throw new Error(`${path} is not documented.`);
    const answer = { status, body: json, ...(json === undefined && status === 200 && { csv: "" }) };
    return findAnswerViolations(found.endpoint, answer).map(
      (text) => `${method} ${found.endpoint.path} ${status}: ${text}`,
    );
  });
  expect(deviations).toEqual([]);

  const { call } = await start();
  const simulated = await sendDocumentedRequests(call);
  const differences = exchanges.flatMap(({ method, path, status }, index) => {
    const other = simulated[index]?.status;
    // A batch that is cancelled may have ended on one side.
    const isComparable = other !== 501 && !path.startsWith("/v1/batch/cancel/");
    return isComparable && other !== status
      ? [`${method} ${path.split("/")[2]}: ${status}, not ${other}`]
      : [];
  });
  // The real API answers exports with 404; our own server validates code only in flows.
  expect(differences).toEqual(["GET flows: 200, not 404", "POST validate: 404, not 200"]);
});
