import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { UNDO_LABEL_BY_REBASE_TYPE } from "#client/document/remote/remote-update.ts";
import { mergeNewestServerVersion } from "#client/document/remote/merge-newest-version.ts";
import { isSameVersion, getFlowVersionIdentifier } from "#client/document/remote/flow-version.ts";
import type { createOpenFlow } from "#client/document/open-flow.ts";
import { type FlowSaveRequestFunctions, performFlowSaveRequests } from "./save-flow.ts";
import { ConflictError } from "./save-transition.ts";
import { describeSaveState } from "./save-state.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";

const flow = buildServerFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));

/** A flow from a server that implements only the documented API, which has no `versionToken` and no `revision`. */
const { revision: _, ...bare } = flow;

/** Opens a page with one edit whose save gets no response, although the server may have written it. */
async function loseAnswer(isWritten: boolean, first: Flow = flow) {
  const openFlow = openSaved(first);
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  let held = first;
  let isLost = true;
  const transport: FlowSaveRequestFunctions = {
    read: async () => ({ flow: held, isInexact: false }),
    write: async (body, over, saveKey) => {
      if (!isSameVersion(over, getFlowVersionIdentifier(held))) throw new ApiError(412, "Stale");
      const wasLost = isLost;
      isLost = false;
      if (isWritten || !wasLost) {
        held = { ...held, ...body, ...nextVersion(held, saveKey) } as Flow;
      }
      if (wasLost) throw new NetworkError("lost");
      return held;
    },
  };
  await expect(performFlowSaveRequests(openFlow, transport, () => 0)).rejects.toThrow("lost");
  const changeElsewhere = (steps: readonly JsonObject[]) => {
    held = { ...held, flowSteps: [...steps], ...nextVersion(held, null) };
  };
  return { openFlow, transport, server: () => held, changeElsewhere };
}

function nextVersion({ revision, saveKeys, updatedAt }: Flow, saveKey: string | null): Partial<Flow> {
  if (revision === undefined) {
    const next = new Date(Date.parse(updatedAt) + 1000).toISOString();
    return { updatedAt: next, versionToken: next };
  }
  return {
    revision: revision + 1,
    versionToken: `${revision + 1}-x`,
    saveKeys: [saveKey, ...(saveKeys ?? [])],
  };
}

const wordsOf = (openFlow: ReturnType<typeof createOpenFlow>) => describeSaveState(openFlow.getState()).text;

test("undoing an edit that an unacknowledged save has written makes the next save revert the edit on the server", async () => {
  const { openFlow, transport, server } = await loseAnswer(true);
  openFlow.undo();
  await performFlowSaveRequests(openFlow, transport, () => 0, "resumed");
  expect(server().flowSteps).toMatchObject(flow.flowSteps);
  expect(wordsOf(openFlow)).toBe("Saved");
  expect(openFlow.getState().history.base.version.token).toBe("3-x");
});

test("a failed save shows no error once its edits are undone", async () => {
  const { openFlow, transport } = await loseAnswer(false);
  openFlow.undo();
  await performFlowSaveRequests(openFlow, transport, () => 0, "resumed");
  expect(openFlow.getState().progress.type).toBe("resting");
  openFlow.redo();
  expect(wordsOf(openFlow)).toBe("1 unsaved change");
});

test("retrying an unacknowledged save does not reapply edits that another client has reverted", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(true);
  openFlow.edit({ type: "renameFlow", name: "Digest of pages" });
  changeElsewhere(flow.flowSteps);
  await performFlowSaveRequests(openFlow, transport, () => 0, "resumed");
  expect(server()).toMatchObject({ name: "Digest of pages", flowSteps: [{ name: "Fetch" }, {}] });
  expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Fetch");
  expect(wordsOf(openFlow)).toBe("Saved");
});

test("remote changes are merged without a conflict after a save that the server did not write", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(false);
  changeElsewhere([...flow.flowSteps, buildStep("log")]);
  await performFlowSaveRequests(openFlow, transport, () => 0, "resumed");
  expect(server().flowSteps).toMatchObject([{ name: "Get" }, { name: "Send" }, { name: "Log" }]);
});

test("a page recognizes its own save if the browser sent it twice after a broken connection", async () => {
  const { openFlow, transport, server } = await loseAnswer(false);
  openFlow.edit({ type: "renameFlow", name: "Ours" });
  let isBroken = true;
  const write: FlowSaveRequestFunctions["write"] = async (...save) => {
    if (!isBroken) return transport.write(...save);
    isBroken = false;
    await transport.write(...save);
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    return transport.write(...save);
  };
  const seen = new Set<string>();
  openFlow.subscribe(() => void seen.add(wordsOf(openFlow)));
  await performFlowSaveRequests(openFlow, { ...transport, write }, () => 0);
  expect(seen).not.toContain("Changed elsewhere");
  expect(openFlow.getState().history.entries.map(({ label }) => label)).not.toContain(
    UNDO_LABEL_BY_REBASE_TYPE.merged,
  );
  expect(server()).toMatchObject({ name: "Mine", flowSteps: [{ name: "Get" }, {}] });
});

test("undoing and repeating a merge does not lose the unacknowledged save that followed the merge", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(false);
  openFlow.undo();
  // The server may have written the undone save.
  expect(wordsOf(openFlow)).toBe("Offline — kept in this tab");
  await performFlowSaveRequests(openFlow, transport, () => 0, "resumed");
  changeElsewhere([...flow.flowSteps, buildStep("log")]);
  receiveVersion(openFlow, server());
  openFlow.takeTheirs();
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Load" });
  const write: FlowSaveRequestFunctions["write"] = async (...save) => {
    await transport.write(...save);
    throw new NetworkError("lost");
  };
  await expect(performFlowSaveRequests(openFlow, { ...transport, write }, () => 0)).rejects.toThrow("lost");
  openFlow.undo();
  openFlow.undo();
  expect(await mergeNewestServerVersion(openFlow)).toEqual({ type: "done" });
  expect(wordsOf(openFlow)).toBe("1 unsaved change");
  await performFlowSaveRequests(openFlow, transport, () => 0);
  expect(server().flowSteps).toMatchObject([{ name: "Fetch" }, { name: "Send" }, { name: "Log" }]);
});

test("on a server that returns no ids of saves shows a conflict if another client may have reverted an unacknowledged save", async () => {
  const { openFlow, transport, changeElsewhere } = await loseAnswer(true, bare);
  changeElsewhere(flow.flowSteps);
  await expect(performFlowSaveRequests(openFlow, transport, () => 0, "resumed")).rejects.toThrow(
    ConflictError,
  );
  const result = await mergeNewestServerVersion(openFlow);
  expect(result).toMatchObject({
    type: "conflict",
    merge: { conflicts: [{ type: "field", path: ["name"], base: "Fetch", mine: "Get", theirs: "Fetch" }] },
  });
});
