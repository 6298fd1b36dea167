import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type PlannedFlowEdit, planFlowEdit, readFlowForEdit, saveFlowEdit } from "./flow-edit.ts";

interface SentRequest {
  readonly method: string;
  readonly ifMatch: string | null;
  readonly body: Record<string, unknown> | undefined;
}

let stored: Flow;
let sent: SentRequest[];
/** If true, the fake server performs the next write but drops its response. */
let isNextResponseLost: boolean;

beforeEach(() => {
  sent = [];
  isNextResponseLost = false;
  stored = {
    ...buildServerFlow(
      buildFlow("Mail", [
        buildStep("classify", { fromTheFuture: { a: [1] }, config: { outputVariable: "label" } }),
        buildConditional("route", [
          buildStep("mail", {
            type: "send-email",
            config: { to: "a@example.com", subject: "{{label}}", html: "Hi" },
          }),
        ]),
      ]),
    ),
  };
  vi.stubGlobal("fetch", async (_url: string, { method = "GET", headers, body }: RequestInit) => {
    const ifMatch = new Headers(headers).get("if-match");
    const change = typeof body === "string" ? (JSON.parse(body) as Record<string, unknown>) : undefined;
    sent.push({ method, ifMatch, body: change });
    if (method !== "PUT") return Response.json(stored);
    if (ifMatch !== `"${stored.versionToken}"`)
      return Response.json({ error: "stale", current: stored }, { status: 412 });
    stored = {
      ...stored,
      ...change,
      versionToken: `${Number.parseInt(stored.versionToken ?? "", 10) + 1}-x`,
    };
    if (!isNextResponseLost) return Response.json(stored);
    isNextResponseLost = false;
    throw new TypeError("Failed to fetch");
  });
});

const switchOff = (document: FlowDocument, key: string) =>
  applyEditCommand(document, { type: "setEnabled", keys: [key as StepKey], enabled: false });

async function planSwitch(key: string): Promise<PlannedFlowEdit> {
  const read = await readFlowForEdit({ id: "flow_1" });
  const plan = read.document && (await planFlowEdit(read, read.document, switchOff(read.document, key)));
  if (!plan) throw new Error("The switch changes nothing.");
  return plan;
}

it("an edit of one of many flows says what changes and which problems it causes", async () => {
  const { lines, problems } = await planSwitch("classify");
  expect(lines.map(({ sentence }) => sentence)).toEqual(["Disabled “Classify”"]);
  expect(problems.map(({ message }) => message)).toEqual([
    "“Mail” reads “label” from “Classify”, which is off.",
  ]);
});

it("an edit of one of many flows is saved with the token of the version that was read, and keeps unknown fields", async () => {
  const before = structuredClone(stored.flowSteps);
  await saveFlowEdit(await planSwitch("classify"));
  const put = sent.find(({ method }) => method === "PUT");
  expect(put?.ifMatch).toBe('"1-x"');
  expect(Object.keys(put?.body ?? {})).toEqual(["flowSteps"]);
  expect(stored.flowSteps).toEqual([{ ...before[0], enabled: false }, before[1]]);
});

it("an edit of one of many flows is refused if another client changed the flow since it was read", async () => {
  const plan = await planSwitch("classify");
  stored = { ...stored, name: "Renamed elsewhere", versionToken: "2-x" };
  await expect(saveFlowEdit(plan)).rejects.toMatchObject({ status: 412 });
  expect(stored.flowSteps[0]?.["enabled"]).toBe(true);
});

it("an edit of one of many flows succeeds when it is repeated after a lost response", async () => {
  const plan = await planSwitch("classify");
  isNextResponseLost = true;
  await expect(saveFlowEdit(plan)).rejects.toThrow("No response");
  await expect(saveFlowEdit(plan)).resolves.toBeUndefined();
  expect(stored.versionToken).toBe("2-x");
});

it("an edit of one of many flows is not planned if nothing would change", async () => {
  const read = await readFlowForEdit({ id: "flow_1" });
  const document = read.document as FlowDocument;
  expect(await planFlowEdit(read, document, document)).toBeUndefined();
});

it("an edit of one of many flows is not possible if JavaScript would round a number of the flow", async () => {
  const text = JSON.stringify(stored).replace(
    '"outputVariable"',
    '"n":12345678901234567890,"outputVariable"',
  );
  vi.stubGlobal("fetch", async () => new Response(text, { headers: { "content-type": "application/json" } }));
  expect((await readFlowForEdit({ id: "flow_1" })).document).toBeUndefined();
});
