import { describe, expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { ApiError, NetworkError } from "#client/data/api-error.ts";
import { ARRIVALS } from "./arrival.ts";
import { catchUp } from "./catch-up.ts";
import { isSameVersion, markOf } from "./flow-version.ts";
import { createOpenFlow } from "./open-flow.ts";
import { ClashError, type FlowTransport, runSave } from "./save-flow.ts";
import { describeSaveState } from "./save-state.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";

const flow = heldFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));

/** As the real API answers it. */
const { versionToken: _, revision: __, ...bare } = flow;

/** A page with one edit whose save gets no answer, and the server, which has written it or not. */
async function loseAnswer(isWritten: boolean, first: Flow = flow) {
  const openFlow = createOpenFlow(first, { isInexact: false });
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
  let held = first;
  let isLost = true;
  const transport: FlowTransport = {
    read: async () => ({ flow: held, isInexact: false }),
    check: async (over) => {
      if (!isSameVersion(over, markOf(held))) throw new ApiError(412, "Stale");
    },
    write: async (body, over, saveKey) => {
      if (!isSameVersion(over, markOf(held))) throw new ApiError(412, "Stale");
      const wasLost = isLost;
      isLost = false;
      if (isWritten || !wasLost) {
        held = { ...held, ...body, ...nextVersion(held, saveKey) } as Flow;
      }
      if (wasLost) throw new NetworkError("lost");
      return { written: held, isOvertaken: false };
    },
  };
  await expect(runSave(openFlow, transport, () => 0)).rejects.toThrow("lost");
  const changeElsewhere = (steps: readonly JsonObject[]) => {
    held = { ...held, flowSteps: [...steps], ...nextVersion(held, null) };
  };
  return { openFlow, transport, server: () => held, changeElsewhere };
}

function nextVersion({ revision, saveKeys, updatedAt }: Flow, saveKey: string | null): Partial<Flow> {
  if (revision === undefined) return { updatedAt: new Date(Date.parse(updatedAt) + 1000).toISOString() };
  return {
    revision: revision + 1,
    versionToken: `${revision + 1}-x`,
    saveKeys: [saveKey, ...(saveKeys ?? [])],
  };
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

test("what somebody took back of a save that got no answer stays taken back", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(true);
  openFlow.edit({ type: "renameFlow", name: "Digest of pages" });
  changeElsewhere(flow.flowSteps);
  await runSave(openFlow, transport, () => 0, "resumed");
  expect(server()).toMatchObject({ name: "Digest of pages", flowSteps: [{ name: "Fetch" }, {}] });
  expect(openFlow.getState().history.document.steps[0]?.fields["name"]).toBe("Fetch");
  expect(wordsOf(openFlow)).toBe("Saved");
});

test("where a save that got no answer was not written, what others changed beside it clashes with nothing", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(false);
  changeElsewhere([...flow.flowSteps, buildStep("log")]);
  await runSave(openFlow, transport, () => 0, "resumed");
  expect(server().flowSteps).toMatchObject([{ name: "Get" }, { name: "Send" }, { name: "Log" }]);
});

test("a page does not say Saved while the server may hold a save that was undone here", async () => {
  const { openFlow, transport } = await loseAnswer(true);
  openFlow.undo();
  expect(wordsOf(openFlow)).toBe("Offline — kept in this tab");
  await runSave(openFlow, transport, () => 0, "resumed");
  expect(wordsOf(openFlow)).toBe("Saved");
});

test("a save that the browser sent twice, as where a connection breaks, is known as the page's own", async () => {
  const { openFlow, transport, server } = await loseAnswer(false);
  openFlow.edit({ type: "renameFlow", name: "Ours" });
  let isBroken = true;
  const write: FlowTransport["write"] = async (...save) => {
    if (!isBroken) return transport.write(...save);
    isBroken = false;
    await transport.write(...save);
    openFlow.edit({ type: "renameFlow", name: "Mine" });
    return transport.write(...save);
  };
  const seen = new Set<string>();
  openFlow.subscribe(() => void seen.add(wordsOf(openFlow)));
  await runSave(openFlow, { ...transport, write }, () => 0);
  expect(seen).not.toContain("Changed elsewhere");
  expect(openFlow.getState().history.entries.map(({ label }) => label)).not.toContain(ARRIVALS.merged);
  expect(server()).toMatchObject({ name: "Mine", flowSteps: [{ name: "Get" }, {}] });
});

test("a save that got no answer is still in question where the newer version under it is undone and brought in again", async () => {
  const { openFlow, transport, server, changeElsewhere } = await loseAnswer(false);
  openFlow.undo();
  await runSave(openFlow, transport, () => 0, "resumed");
  changeElsewhere([...flow.flowSteps, buildStep("log")]);
  openFlow.noticeServer(server(), false);
  openFlow.takeTheirs();
  openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Load" });
  const write: FlowTransport["write"] = async (...save) => {
    await transport.write(...save);
    throw new NetworkError("lost");
  };
  await expect(runSave(openFlow, { ...transport, write }, () => 0)).rejects.toThrow("lost");
  openFlow.undo();
  openFlow.undo();
  expect(await catchUp(openFlow)).toEqual({ type: "done" });
  expect(wordsOf(openFlow)).toBe("1 unsaved change");
  await runSave(openFlow, transport, () => 0);
  expect(server().flowSteps).toMatchObject([{ name: "Fetch" }, { name: "Send" }, { name: "Log" }]);
});

describe("where the server does not tell which saves it wrote", () => {
  test("it is asked whether somebody took back a save that got no answer", async () => {
    const { openFlow, transport, changeElsewhere } = await loseAnswer(true, bare);
    changeElsewhere(flow.flowSteps);
    await expect(runSave(openFlow, transport, () => 0, "resumed")).rejects.toThrow(ClashError);
    const result = await catchUp(openFlow);
    expect(result).toMatchObject({
      type: "clash",
      merge: { clashes: [{ type: "field", path: ["name"], base: "Fetch", mine: "Get", theirs: "Fetch" }] },
    });
  });

  test("a save that never left clashes with nothing", async () => {
    const { openFlow, transport, server, changeElsewhere } = await loseAnswer(false, bare);
    openFlow.giveUp();
    openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Load" });
    const check = () => Promise.reject(new NetworkError("gone"));
    await expect(runSave(openFlow, { ...transport, check }, () => 0)).rejects.toThrow("gone");
    changeElsewhere([...flow.flowSteps, buildStep("log")]);
    await runSave(openFlow, transport, () => 0, "resumed");
    expect(server().flowSteps).toMatchObject([{ name: "Load" }, { name: "Send" }, { name: "Log" }]);
  });

  test("who wrote over a save at once is met by the edits that follow it, not by the save", async () => {
    const openFlow = createOpenFlow(bare, { isInexact: false });
    openFlow.edit({ type: "renameStep", key: "fetch" as StepKey, name: "Get" });
    const written = {
      ...bare,
      flowSteps: [buildStep("fetch", { name: "Get" }), buildStep("send")],
      updatedAt: "2026-01-01T00:00:01.000Z",
    };
    const theirs = { ...bare, updatedAt: "2026-01-01T00:00:02.000Z" };
    const transport: FlowTransport = {
      read: async () => ({ flow: theirs, isInexact: false }),
      check: async () => undefined,
      write: async () => {
        openFlow.edit({ type: "renameFlow", name: "Mine" });
        return { written, isOvertaken: true };
      },
    };
    await runSave(openFlow, transport, () => 0);
    expect(wordsOf(openFlow)).toBe("Changed elsewhere");
    expect(await catchUp(openFlow)).toEqual({ type: "done" });
    const { document } = openFlow.getState().history;
    expect([document.name, document.steps[0]?.fields["name"]]).toEqual(["Mine", "Fetch"]);
  });
});
