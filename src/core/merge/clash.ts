import type { StepKey, StepNode } from "#core/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json.ts";
import type { Place } from "#core/step-list.ts";

export type Side = "mine" | "theirs";

/** Something that both sides changed, each in its own way. A person decides; until then the side in `preset` stands. */
export type Clash = FieldClash | RemovalClash | PlaceClash;

/** One value, `undefined` where it is not there. */
export interface FieldClash {
  readonly type: "field";
  /** The same for the same clash, whatever was decided meanwhile. */
  readonly id: string;
  /** Undefined for the flow's own `name` and `description`. */
  readonly key: StepKey | undefined;
  readonly path: JsonPath;
  readonly base: JsonValue | undefined;
  readonly mine: JsonValue | undefined;
  readonly theirs: JsonValue | undefined;
  readonly preset: Side;
}

/** One side removed a step, the other changed it or what is in it. The changed one stays unless decided otherwise. */
export interface RemovalClash {
  readonly type: "removal";
  readonly id: string;
  readonly key: StepKey;
  readonly removedBy: Side;
  /** As the other side has it. */
  readonly node: StepNode;
  readonly preset: Side;
}

/** A step was moved to two places, or to places that cannot both be. */
export interface PlaceClash {
  readonly type: "place";
  readonly id: string;
  readonly key: StepKey;
  readonly mine: Place;
  readonly theirs: Place;
  readonly preset: Side;
}

/** What was decided of a clash: one side's, or for a field a value of its own. */
export type Choice = Side | { readonly value: JsonValue | undefined };

/** By the clash's id. */
export type Choices = ReadonlyMap<string, Choice>;
