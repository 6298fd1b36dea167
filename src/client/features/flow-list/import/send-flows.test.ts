import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import type { Flow, FlowListItem } from "#contract/flow.ts";
import { type FlowReading, readFlow } from "#client/data/api/read-flow.ts";
import { writeFlow } from "#client/data/api/write-flow.ts";
import type { PreviewedFlow } from "./previewed-flow.ts";
import { type FlowImportItem, createFlowUpdatePlanQuery, sendFlowImport } from "./send-flows.ts";

vi.mock("#client/data/api/read-flow.ts", () => ({ readFlow: vi.fn() }));
vi.mock("#client/data/api/write-flow.ts", () => ({ writeFlow: vi.fn() }));

it("an update that starts while the preview still reads the flow waits for the same read", async () => {
  const client = new QueryClient();
  const target = { id: "flow_1", name: "Report", flowSteps: [], tags: [] } as unknown as Flow & FlowListItem;
  const text = JSON.stringify({ name: "Report", flowSteps: [{ id: "a", type: "prompt", name: "A" }] });
  const preview = { name: "Report", text, tags: [] } as unknown as PreviewedFlow;
  const choice = { type: "update", target } as const;
  const item: FlowImportItem = { id: "import_1", path: "report.json", preview, existing: [target], choice };
  let endRead!: (reading: FlowReading) => void;
  vi.mocked(writeFlow).mockResolvedValue(target);
  vi.mocked(readFlow).mockReturnValue(new Promise((resolve) => (endRead = resolve)));
  const leavePreview = new QueryObserver(client, createFlowUpdatePlanQuery(item, target)).subscribe(() => {});

  const onOutcome = vi.fn();
  const { signal } = new AbortController();
  const sent = sendFlowImport({ client, items: [item], validations: new Map(), signal, onOutcome });
  leavePreview();
  endRead({ flow: target, isInexact: false });
  await sent;
  expect(onOutcome).toHaveBeenCalledExactlyOnceWith(item, { type: "updated", flowId: "flow_1" });
  expect(writeFlow).toHaveBeenCalledOnce();
});
