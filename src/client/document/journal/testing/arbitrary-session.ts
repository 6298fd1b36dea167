import * as fc from "fast-check";
import type { Flow } from "#contract/flow.ts";
import {
  type RandomFlowEdit,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  type BaseFlowVersion,
  type EditHistory,
  recordSaveInHistory,
  recordCommandInHistory,
  recordRebaseInHistory,
  redoHistoryEntry,
  sealLastHistoryEntry,
  createEditHistory,
  undoHistoryEntry,
} from "#core/history/edit-history.ts";
import type { JsonValue } from "#core/json/json.ts";
import type { MergeSide } from "#core/merge/conflict.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { addConflictDecision } from "#client/document/remote/decisions.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";

type Act =
  | { readonly type: "edit"; readonly edit: RandomFlowEdit; readonly isJoined: boolean }
  | { readonly type: "type"; readonly step: number; readonly value: JsonValue | undefined }
  | { readonly type: "undo" | "redo" | "seal" | "send" | "save" | "break" | "fix" | "write" | "apply" }
  | { readonly type: "decide"; readonly isOwn: boolean; readonly choice: MergeSide }
  | {
      readonly type: "rebase";
      readonly mine: RandomFlowEdit;
      readonly theirs: RandomFlowEdit;
      readonly isClean: boolean;
    };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("edit" as const), edit: editArbitrary, isJoined: fc.boolean() }),
  },
  // Sets or removes one field of one of the first two steps, to cover coalesced edits, and keys that change
  // their position in the step because they are removed and added again.
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("type" as const),
      step: fc.nat(1),
      value: fc.constantFrom(undefined, "a", "ab", "abc", null),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom("undo", "undo", "redo", "seal", "send", "save", "break", "fix", "write", "apply"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("decide" as const),
      isOwn: fc.boolean(),
      choice: fc.constantFrom<MergeSide>("mine", "theirs"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("rebase" as const),
      mine: editArbitrary,
      theirs: editArbitrary,
      isClean: fc.boolean(),
    }),
  },
);

export const editSessionArbitrary = fc.record({
  source: flowArbitrary,
  acts: fc.array(act, { maxLength: 25 }),
});

export function* runEditSession({
  source,
  acts,
}: {
  source: Parameters<typeof parseFlowDocument>[0];
  acts: readonly Act[];
}) {
  const flow = { id: "flow_1", versionToken: "0", updatedAt: "0", ...source } as unknown as Flow;
  let state: OpenFlowState = createOpenFlow(flow, { isInexact: false }).getState();
  state = { ...state, history: createEditHistory(baseOf(parseFlowDocument(source), 0)) };
  yield state;
  for (const [count, next] of acts.entries()) {
    state = { ...state, ...perform(state, next, count + 1) };
    yield state;
  }
}

function perform(state: OpenFlowState, next: Act, count: number): Partial<OpenFlowState> {
  const { history } = state;
  const { document } = history;
  switch (next.type) {
    case "edit":
      return {
        history: recordCommandInHistory(
          history,
          convertRandomFlowEditToCommand(document, next.edit, count),
          next.isJoined ? "x" : undefined,
        ),
      };
    case "type": {
      const key = [...getLocationsOfAllSteps(document).keys()][next.step] ?? ("none" as StepKey);
      const command = { type: "setConfig", key, path: ["typed"], value: next.value } as const;
      return { history: recordCommandInHistory(history, command, key) };
    }
    case "undo":
      return { history: undoHistoryEntry(history) };
    case "redo":
      return { history: redoHistoryEntry(history) };
    case "seal":
      return { history: sealLastHistoryEntry(history) };
    case "send": {
      const revision = count % 2 === 0 ? count : undefined;
      return {
        unacknowledgedSaves: [
          ...state.unacknowledgedSaves,
          { ...snapshotOf(history), key: `save_${count}`, revision },
        ],
      };
    }
    case "save":
      return {
        history: recordSaveInHistory(history, history.position, baseOf(structuredClone(document), count)),
        unacknowledgedSaves: [],
      };
    case "rebase":
      return { history: rebase(history, next, count) };
    case "break":
      return {
        invalidInputs: [{ key: "a" as StepKey, field: `config.${count}`, text: "{", message: "Not JSON." }],
      };
    case "fix":
      return { invalidInputs: [] };
    case "decide": {
      const path = ["prompt"];
      const conflict = {
        type: "field",
        id: `prompt_${count % 3}`,
        key: undefined,
        path,
        preset: "mine",
      } as const;
      const seen = { ...conflict, base: undefined, mine: "my", theirs: `${count}` };
      const choice = next.isOwn ? { value: `my ${count}` } : next.choice;
      return { decisions: addConflictDecision(state.decisions, seen, choice) };
    }
    case "write":
      return { pendingJson: { text: `{${count}`, since: state.pendingJson?.since ?? document } };
    case "apply":
      return { pendingJson: undefined };
  }
}

const snapshotOf = ({ document, position, base }: EditHistory) => ({ document, position, base });

function rebase(
  history: EditHistory,
  { mine, theirs, isClean }: Act & { type: "rebase" },
  count: number,
): EditHistory {
  const newer = applyEditCommand(
    structuredClone(history.base.document),
    convertRandomFlowEditToCommand(history.base.document, theirs, count),
  );
  const merged = isClean
    ? newer
    : applyEditCommand(history.document, convertRandomFlowEditToCommand(history.document, mine, count));
  return recordRebaseInHistory(history, baseOf(newer, count), {
    document: merged,
    type: isClean ? "updated" : "merged",
    reason: "merge",
  });
}

function baseOf(document: EditHistory["document"], count: number): BaseFlowVersion {
  return {
    document,
    version: { token: count % 2 === 0 ? `${count}-x` : undefined, updatedAt: String(count) },
  };
}
