import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { ApiError, NetworkError } from "#client/data/api-error.ts";
import { createOpenFlow } from "./open-flow.ts";
import { type FlowTransport, runSave } from "./save-flow.ts";
import { describeSaveState } from "./save-state.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

const flow = heldFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));

/** A page with one edit whose save gets no answer, and the server, which has written it or not. */
async function loseAnswer(isWritten: boolean) {
  const openFlow = createOpenFlow(flow, { isInexact: false });
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  let held = flow;
  let isLost = true;
  const transport: FlowTransport = {
    read: async () => ({ flow: held, isInexact: false }),
    write: async (body, over) => {
      if (over.token !== held.versionToken) throw new ApiError(412, "Stale");
      const wasLost = isLost;
      isLost = false;
      if (isWritten || !wasLost) {
        const revision = Number.parseInt(held.versionToken ?? "0") + 1;
        held = { ...held, ...body, versionToken: `${revision}-x` } as Flow;
      }
      if (wasLost) throw new NetworkError("lost");
      return held;
    },
  };
  await expect(runSave(openFlow, transport, () => 0)).rejects.toThrow("lost");
  return { openFlow, transport, server: () => held };
}

const wordsOf = (openFlow: ReturnType<typeof createOpenFlow>) => describeSaveState(openFlow.getState()).text;

test("what was undone after a save that got no answer is undone on the server too, if it was written", async () => {
  const { openFlow, transport, server } = await loseAnswer(true);
  openFlow.undo();
  await runSave(openFlow, transport, () => 0, "resumed");
  expect(server().flowSteps).toMatchObject(flow.flowSteps);
  expect(wordsOf(openFlow)).toBe("Saved");
  expect(openFlow.getState().history.base.version.token).toBe("3-x");
});

test("where a save that got no answer was not written and its edits are undone, nothing is left of the failure", async () => {
  const { openFlow, transport } = await loseAnswer(false);
  openFlow.undo();
  await runSave(openFlow, transport, () => 0, "resumed");
  expect(openFlow.getState().progress.type).toBe("resting");
  openFlow.redo();
  expect(wordsOf(openFlow)).toBe("1 unsaved change");
});
