import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json/json.ts";
import type { StepPlace } from "#core/document/step-list.ts";

export type MergeSide = "mine" | "theirs";

/** Two changes that cannot both apply. The merge uses the side in `preset` until the user decides. */
export type MergeConflict = FieldConflict | RemovalConflict | MoveConflict;

export interface FieldConflict {
  readonly type: "field";
  /** The same in repeated merges, so that a user's choice still applies after other decisions. */
  readonly id: string;
  readonly key: StepKey | undefined;
  readonly path: JsonPath;
  readonly base: JsonValue | undefined;
  readonly mine: JsonValue | undefined;
  readonly theirs: JsonValue | undefined;
  readonly preset: MergeSide;
}

/** One side removed a step, and the other side changed the step or its nested steps. By default, the step stays. */
export interface RemovalConflict {
  readonly type: "removal";
  readonly id: string;
  readonly key: StepKey;
  readonly removedBy: MergeSide;
  readonly node: StepNode;
  readonly preset: MergeSide;
}

/** To different places, or by two moves that cannot be combined. */
export interface MoveConflict {
  readonly type: "place";
  readonly id: string;
  readonly key: StepKey;
  readonly mine: StepPlace;
  readonly theirs: StepPlace;
  readonly preset: MergeSide;
}

export type ConflictChoice = MergeSide | { readonly value: JsonValue | undefined };

export type ConflictChoices = ReadonlyMap<string, ConflictChoice>;
