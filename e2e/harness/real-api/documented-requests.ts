interface CalledAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** Sends a request with a JSON body or a form, and returns the answer. */
type Call = (method: string, path: string, body?: unknown) => Promise<CalledAnswer>;

export interface DocumentedExchange extends CalledAnswer {
  readonly method: string;
  readonly path: string;
}

const step = (id: string, more: object = {}) => ({
  id,
  type: "set-variable",
  name: id,
  config: { variableName: id, value: "x" },
  ...more,
});

/** Sends a documented request to each endpoint of flows, records and runs, and returns all answers. */
export async function sendDocumentedRequests(call: Call): Promise<readonly DocumentedExchange[]> {
  const exchanges: DocumentedExchange[] = [];
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    exchanges.push({ method, path, ...answer });
    return answer.json;
  };
  const flowSteps = [step("a"), step("b", { when: "true", "x-team": "data" })];
  const flow = await send("POST", "/v1/flows", { name: "One", flowSteps });
  const path = `/v1/flows/${flow.id}`;
  const metadata = { plan: "pro", seats: 3, address: { city: "Oslo" } };
  const record = await send("POST", "/v1/records", { type: "customer", name: "Ada", metadata });
  await send("POST", "/v1/records", { type: "customer", name: "Ada" });
  const recordPath = `/v1/records/${record.id}`;
  await send("GET", "/v1/flows?limit=10&search=on&includeCount=true");
  await send("GET", "/v1/flows?limit=many");
  await send("GET", path);
  await send("GET", "/v1/flows/flow_00000000000000000000000000");
  await send("PUT", path, { name: "Two" });
  await send("PUT", path, {});
  await send("PUT", path, { flowSteps: [{ name: "No type" }] });
  await send("GET", `/v1/flow-steps/flow/${flow.id}`);
  await send("POST", `${path}/publish`);
  await send("POST", `${path}/publish`);
  const { versions } = await send("GET", `/v1/flow-versions/${flow.id}?type=published`);
  await send("GET", `/v1/flow-versions/${flow.id}`);
  await send("GET", `/v1/flow-versions/${flow.id}/published`);
  await send("GET", `/v1/flow-versions/${flow.id}/${versions[0].id}`);
  await send("POST", `/v1/flow-versions/${flow.id}/publish`, { versionId: versions[0].id });
  await send("GET", `${path}/export-runtime`);
  const invalid = [{ type: "odd", name: "Odd" }];
  await send("POST", "/v1/public/flows/validate", { name: "One", flowSteps: invalid });
  await send("GET", "/v1/records?type=customer&limit=5&includeCount=true");
  await send("GET", recordPath);
  await send("PUT", recordPath, { metadata: { ...metadata, plan: "free" } });
  await send("GET", "/v1/records/schema?type=customer");
  await send("GET", "/v1/records/field-values?type=customer&field=plan&limit=5");
  await send("GET", "/v1/records/export?type=customer");
  await send("GET", "/v1/records/export?type=none");
  const where = { field: "plan", op: "eq", value: "free" };
  await send("POST", "/v1/records/preview-filter", { type: "customer", where });
  const edit = { recordIds: [record.id], updates: { plan: "pro" }, dryRun: true };
  await send("POST", "/v1/records/bulk-edit", edit);
  const form = new FormData();
  form.set("file", new Blob(["name,plan\nBob,free\n,pro\n"], { type: "text/csv" }), "people.csv");
  form.set("typeValue", "customer");
  await send("POST", "/v1/records/upload-csv", form);
  const { batchId } = await send("POST", `${path}/run-on-record-type`, { recordType: "customer" });
  await send("POST", `${path}/run-on-record-type`, { recordType: "none" });
  await send("GET", `${path}/step-results?status=completed&sortBy=order&sortOrder=asc&limit=1`);
  await send("GET", `${recordPath}/step-results`);
  await send("GET", `${recordPath}/results`);
  await send("GET", "/v1/batch/summary");
  await send("GET", `/v1/batch/status/${batchId}`);
  await send("GET", `/v1/batch/${batchId}/cost`);
  await send("GET", `/v1/batch/${batchId}/records/${record.id}/cost`);
  await send("GET", `/v1/batch/${batchId}/records/${record.id}/steps`);
  const started = await send("POST", "/v1/batch/flow", { flowId: flow.id, recordIds: [record.id] });
  await send("GET", `/v1/batch/status/${started.batchExecutionId}`);
  await send("POST", `/v1/batch/cancel/${started.batchExecutionId}`);
  await send("POST", "/v1/dispatch", { flow: { name: "x", steps: [step("a")] }, inputs: { topic: "x" } });
  await send("POST", "/v1/dispatch", { flow: { id: flow.id }, record: { id: record.id } });
  await sendScheduleRequests(send, flow.id);
  await send("POST", "/v1/validate/transform-code", { code: "return 1" });
  await send("POST", "/v1/records/bulk-delete", { ids: [record.id, "record_none"] });
  await send("DELETE", path);
  return exchanges;
}

type Send = (method: string, path: string, body?: unknown) => Promise<CalledAnswer["json"]>;

/** Requests like the two examples of the documentation, and one to each other endpoint of schedules. */
async function sendScheduleRequests(send: Send, flowId: string): Promise<void> {
  const { id } = await send("POST", "/v1/schedules", {
    target: { flowId, recordType: "customer" },
    trigger: { type: "recurring", cron: "0 9 * * *", timezone: "America/New_York" },
    executionOptions: { chunkSize: 50, progressFlushSize: 10, recordConcurrency: 5, timeoutMs: 60_000 },
  });
  const path = `/v1/schedules/${id}`;
  await send("PUT", path, {
    trigger: { type: "recurring", cron: "0 10 * * *", timezone: "America/New_York" },
  });
  await send("PUT", path, { name: "Morning", enabled: true });
  await send("GET", path);
  await send("GET", "/v1/schedules/schedule_00000000000000000000000000");
  await send("GET", "/v1/schedules?limit=10&search=morn&status=active");
  await send("POST", `${path}/pause`);
  await send("POST", `${path}/resume`);
  const { runId, batchExecutionId } = await send("POST", `${path}/run-now`);
  await send("GET", `${path}/runs`);
  await send("GET", "/v1/schedules/runs/all?limit=10&direction=next");
  await send("GET", `/v1/schedules/runs/${runId}/results?limit=10&offset=0`);
  await send("GET", `/v1/schedules/batch/${batchExecutionId}/results`);
  await send("GET", `${path}/stats`);
  await send("GET", `/v1/schedules/sparklines?ids=${id}`);
  await send("DELETE", path);
}
