import type { JsonPath, JsonValue } from "#core/json.ts";

/**
 * Which fields of a step type hold more than plain text with templates. Paths are inside `config`; a field that a step
 * does not have is passed over. The core defines this and receives it; the contract supplies it.
 */
export interface ReferenceFields {
  /** JavaScript: free identifiers are variables, and so are `input.x`, `input['x']` and `variables.x`. */
  readonly scripts: readonly JsonPath[];
  /** Liquid templates; where the value is a map or a list, all texts in it. */
  readonly liquid: readonly JsonPath[];
  /** Maps whose keys are names of their own in the step's Liquid templates, where they hide variables. */
  readonly liquidInputs?: readonly JsonPath[];
  /** The value is the bare name of a variable that the step reads. */
  readonly variables: readonly JsonPath[];
  /** The value is the name of the variable that the step sets. */
  readonly outputs: readonly JsonPath[];
  /** A type that is not known: it may read variables in fields that nobody here knows of. */
  readonly isUnknown?: boolean;
}

/** A value in a config that is not what its type's field holds. */
export interface ConfigFault {
  /** Inside `config`. */
  readonly path: JsonPath;
  /** A sentence that names the field. */
  readonly message: string;
}

export interface StepTypes {
  /** For a type that is not known too: every type may have `outputVariable`. */
  readonly referenceFields: (type: string) => ReferenceFields;
  /** Nothing for a type that is not known. */
  readonly checkConfig: (type: string, config: JsonValue | undefined) => readonly ConfigFault[];
  /** Milliseconds of any clock, for the limit of what one text may take; without it there is none. */
  readonly now?: () => number;
}

/**
 * A place where a variable's name stands: `from`..`to` are UTF-16 offsets in the string at `at`, a path inside the step.
 * The text between them is the name, unless a string in a script spells it with escapes.
 */
export interface NamePosition {
  readonly name: string;
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
}

export interface Reference extends NamePosition {
  /** `explicit` is `{{flow:name}}`: it follows a rename like any other, and is never a problem. */
  readonly form: "template" | "explicit" | "script" | "variable" | "liquid";
  /** What is read inside the variable, as far as it is written out: `["items", "0", "title"]`. */
  readonly path: readonly string[];
}

/** Text that does not parse as what its field holds, or not in time. Line and column start at 1, as editors show them; columns count UTF-16 units. */
export interface TextFault {
  readonly code: "bad-code" | "bad-template" | "bad-secret" | "too-slow";
  readonly message: string;
  readonly at: JsonPath;
  readonly from: number;
  readonly line: number;
  readonly column: number;
}

/** What one step sets and reads by itself: the steps inside it have references of their own. */
export interface StepReferences {
  readonly sets: readonly NamePosition[];
  readonly reads: readonly Reference[];
  readonly faults: readonly TextFault[];
  /** It may read any variable without naming it: as with `JSON.stringify(input)`, or where its code cannot be read. */
  readonly readsAll: boolean;
  /** Names that it gives a value of its own, though perhaps not always: they follow a rename, and do not count as read. */
  readonly mayRead: readonly string[];
}
