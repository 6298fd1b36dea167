import * as fc from "fast-check";
import type { Flow } from "#contract/flow.ts";
import { type Edit, aimEdit, anyEdit, anyFlow } from "#core/arbitrary-flow.ts";
import { applyCommand } from "#core/command.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import {
  type Base,
  type History,
  markSaved,
  recordCommand,
  recordRebase,
  redo,
  sealEntry,
  startHistory,
  undo,
} from "#core/history.ts";
import type { JsonValue } from "#core/json.ts";
import type { Side } from "#core/merge/clash.ts";
import { locateSteps } from "#core/step-list.ts";
import { decide } from "#client/document/decisions.ts";
import { type OpenFlowState, createOpenFlow } from "#client/document/open-flow.ts";

// Random work on a random flow, for what has to come back exactly as it was.

type Act =
  | { readonly type: "edit"; readonly edit: Edit; readonly isJoined: boolean }
  | { readonly type: "type"; readonly step: number; readonly value: JsonValue | undefined }
  | { readonly type: "undo" | "redo" | "seal" | "send" | "save" | "break" | "mend" | "write" | "apply" }
  | { readonly type: "decide"; readonly isOwn: boolean; readonly choice: Side }
  | { readonly type: "rebase"; readonly mine: Edit; readonly theirs: Edit; readonly isClean: boolean };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("edit" as const), edit: anyEdit, isJoined: fc.boolean() }),
  },
  // Into one field of few steps, so that edits join, and a key that goes and comes back stands elsewhere.
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
      type: fc.constantFrom(
        "undo",
        "undo",
        "redo",
        "seal",
        "send",
        "save",
        "break",
        "mend",
        "write",
        "apply",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("decide" as const),
      isOwn: fc.boolean(),
      choice: fc.constantFrom<Side>("mine", "theirs"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("rebase" as const),
      mine: anyEdit,
      theirs: anyEdit,
      isClean: fc.boolean(),
    }),
  },
);

export const anySession = fc.record({ source: anyFlow, acts: fc.array(act, { maxLength: 25 }) });

/** The states that a page goes through, the first one included. */
export function* playSession({
  source,
  acts,
}: {
  source: Parameters<typeof parseFlow>[0];
  acts: readonly Act[];
}) {
  const flow = { id: "flow_1", versionToken: "0", updatedAt: "0", ...source } as unknown as Flow;
  let state: OpenFlowState = createOpenFlow(flow, { isInexact: false }).getState();
  state = { ...state, history: startHistory(baseOf(parseFlow(source), 0)) };
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
        history: recordCommand(history, aimEdit(document, next.edit, count), next.isJoined ? "x" : undefined),
      };
    case "type": {
      const key = [...locateSteps(document).keys()][next.step] ?? ("none" as StepKey);
      const command = { type: "setConfig", key, path: ["typed"], value: next.value } as const;
      return { history: recordCommand(history, command, key) };
    }
    case "undo":
      return { history: undo(history) };
    case "redo":
      return { history: redo(history) };
    case "seal":
      return { history: sealEntry(history) };
    case "send": {
      const revision = count % 2 === 0 ? count : undefined;
      return {
        unanswered: [...state.unanswered, { ...standingOf(history), key: `save_${count}`, revision }],
      };
    }
    case "save":
      // The answer to a save is read anew.
      return {
        history: markSaved(history, history.position, baseOf(structuredClone(document), count)),
        unanswered: [],
      };
    case "rebase":
      return { history: rebase(history, next, count) };
    case "break":
      return {
        brokenTexts: [{ key: "a" as StepKey, field: `config.${count}`, text: "{", message: "Not JSON." }],
      };
    case "mend":
      return { brokenTexts: [] };
    case "decide": {
      const path = ["prompt"];
      const clash = {
        type: "field",
        id: `prompt_${count % 3}`,
        key: undefined,
        path,
        preset: "mine",
      } as const;
      const seen = { ...clash, base: undefined, mine: "my", theirs: `${count}` };
      const choice = next.isOwn ? { value: `my ${count}` } : next.choice;
      return { decisions: decide(state.decisions, seen, choice) };
    }
    case "write":
      return { unappliedText: { text: `{${count}`, since: state.unappliedText?.since ?? document } };
    case "apply":
      return { unappliedText: undefined };
  }
}

const standingOf = ({ document, position, base }: History) => ({ document, position, base });

function rebase(
  history: History,
  { mine, theirs, isClean }: Act & { type: "rebase" },
  count: number,
): History {
  const newer = applyCommand(
    structuredClone(history.base.document),
    aimEdit(history.base.document, theirs, count),
  );
  const merged = isClean ? newer : applyCommand(history.document, aimEdit(history.document, mine, count));
  return recordRebase(history, baseOf(newer, count), { document: merged, reason: "merge" });
}

function baseOf(document: History["document"], count: number): Base {
  return {
    document,
    version: { token: count % 2 === 0 ? `${count}-x` : undefined, updatedAt: String(count) },
  };
}
