import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { getLastEditIfRemoteUpdate } from "./remote-update.ts";
import { mergeNewestServerVersion } from "./merge-newest-version.ts";

const flowOf = (revision: number, name: string): Flow =>
  ({
    id: "flow_1",
    ...buildFlow("Digest", [buildStep("a"), buildStep("b", { name })]),
    revision,
    versionToken: `${revision}-x`,
    createdAt: "2026-11-25T10:00:00.000Z",
    updatedAt: `2026-11-25T10:00:0${revision}.000Z`,
  }) as unknown as Flow;

const open = () => openSaved(flowOf(1, "B"));
const remoteUpdateOf = (flow: ReturnType<typeof open>) =>
  getLastEditIfRemoteUpdate(flow.getState())?.rebase.type;
const renameA = { type: "renameStep", key: "a" as StepKey, name: "Mine" } as const;

test("the last edit counts as a remote update, with its type, until another edit or an undo follows", async () => {
  const flow = open();
  expect(remoteUpdateOf(flow)).toBeUndefined();
  receiveVersion(flow, flowOf(2, "Theirs"));
  expect(remoteUpdateOf(flow)).toBe("updated");
  flow.edit(renameA);
  expect(remoteUpdateOf(flow)).toBeUndefined();
  receiveVersion(flow, flowOf(3, "Newer"));
  expect(await mergeNewestServerVersion(flow)).toEqual({ type: "done" });
  expect(remoteUpdateOf(flow)).toBe("merged");
  flow.undo();
  expect(remoteUpdateOf(flow)).toBeUndefined();
  flow.takeTheirs();
  expect(remoteUpdateOf(flow)).toBe("replaced");
});
