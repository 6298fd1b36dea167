import type { Flow } from "#contract/flow.ts";
import type { EditHistory } from "#core/history/edit-history.ts";
import type { PendingUserInput } from "./pending-input.ts";
import type { ConflictDecisions } from "./remote/decisions.ts";
import type { SaveState } from "./saving/save-transition.ts";
import type { UnacknowledgedSave } from "./saving/unacknowledged-save.ts";

export interface OpenFlowState extends PendingUserInput, SaveState {
  /** Views show `history.document`. If this is not the version of `history.base`, another client saved. */
  readonly flow: Flow;
  readonly history: EditHistory;
  /** Saves sent since the last acknowledged save; the server may have written any of these. */
  readonly unacknowledgedSaves: readonly UnacknowledgedSave[];
  /** Choices for conflicts that are not applied yet, including texts that the user wrote. */
  readonly decisions: ConflictDecisions;
  /** Whether `JSON.parse` changed a number of this flow. Editing the JSON would then write the changed number. */
  readonly isInexact: boolean;
  readonly isPersisted: boolean;
  /** Why the user may not edit flows; undefined if they may. */
  readonly viewOnlyReason?: string | undefined;
  /** Set on servers without version tokens, which fill in fields or return them late. */
  readonly fillInFields?: (state: OpenFlowState, flow: Flow) => Partial<OpenFlowState> | undefined;
}

export type PersistedOpenFlowState = PendingUserInput &
  Pick<OpenFlowState, "history" | "unacknowledgedSaves" | "decisions">;

export interface OpenFlowStore {
  readonly getState: () => OpenFlowState;
  readonly setState: (
    change: Partial<OpenFlowState> | ((state: OpenFlowState) => Partial<OpenFlowState>),
  ) => void;
  readonly subscribe: (listener: (state: OpenFlowState, before: OpenFlowState) => void) => () => void;
}
