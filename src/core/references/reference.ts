import type { JsonObject, JsonPath, JsonValue } from "#core/json/json.ts";
import type { TextReferences } from "./occurrence.ts";
import type { ParseTimeLimit } from "./time-limit.ts";

/** Paths inside `config`, which the contract defines for the core. */
export interface StepTypeReferenceFieldPaths {
  /** JavaScript, in which free identifiers, `input.x`, `input['x']` and `variables.x` are variables. */
  readonly scripts: readonly JsonPath[];
  /** The `scripts` whose result counts as true or false. */
  readonly conditions?: readonly JsonPath[];
  /** Liquid templates, or maps and lists of Liquid templates. */
  readonly liquid: readonly JsonPath[];
  /** Maps whose keys are local names in the step's Liquid templates, where they hide variables. */
  readonly liquidInputs?: readonly JsonPath[];
  /** Plain names of variables that the step reads. */
  readonly variables: readonly JsonPath[];
  /** Plain names of variables that the step sets. */
  readonly outputs: readonly JsonPath[];
  /** True for an unknown type, which may read variables in any field. */
  readonly isUnknown?: boolean;
}

export interface StepConfigFault {
  readonly path: JsonPath;
  readonly message: string;
}

/** A value that the config lacks, but that a run may supply. */
export interface StepConfigNote {
  readonly code: "missing-prompt";
  readonly path: JsonPath;
  /** Completes a sentence that begins with the step’s name. */
  readonly predicate: string;
}

/** Languages with large parsers, which a page loads when it meets the first text in one. */
export type ParsedLanguage = "script" | "liquid";

export interface TextReaders {
  readonly script: (
    text: string,
    limit: ParseTimeLimit,
    options: { readonly isCondition: boolean },
  ) => TextReferences;
  readonly liquid: (text: string, hidden: ReadonlySet<string>, limit: ParseTimeLimit) => TextReferences;
}

/** The service that the server must be connected to, so that it can run a step. */
export type StepTypeNeed = "models" | "mail";

export interface StepTypeLookup {
  readonly referenceFields: (type: string) => StepTypeReferenceFieldPaths;
  readonly checkConfig: (type: string, config: JsonValue | undefined) => readonly StepConfigFault[];
  readonly findConfigNotes?: (type: string, config: JsonObject) => readonly StepConfigNote[];
  /** Whether the step uses the run's record without naming it as `_record`. */
  readonly takesRecord?: (type: string, config: JsonObject) => boolean;
  readonly needOf: (type: string) => StepTypeNeed | undefined;
  /** Whether the fields are only sent in a request, so that later steps cannot read a secret from them. */
  readonly sendsRequest: (type: string) => boolean;
  readonly readers: TextReaders;
  /** A clock in milliseconds, to limit the time per text; undefined means no limit. */
  readonly now?: () => number;
}

/** UTF-16 offsets in the string at `at`, of the name or its escaped form. */
export interface VariableNamePosition {
  readonly name: string;
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
}

export interface StepVariableReference extends VariableNamePosition {
  /** `explicit` is `{{flow:name}}`: a rename includes it, but it is never reported as a problem. */
  readonly form: "template" | "explicit" | "script" | "variable" | "liquid";
  /** The literal part of the path inside the variable: `["items", "0", "title"]`. */
  readonly path: readonly string[];
}

/** A parse error, including a timeout. Line and column count from 1, as in editors; columns count UTF-16 units. */
export interface StepTextParseFault {
  readonly code: "bad-code" | "bad-template" | "bad-secret" | "condition-assigns" | "too-slow";
  readonly message: string;
  readonly at: JsonPath;
  readonly from: number;
  readonly line: number;
  readonly column: number;
}

export interface StepReferencesAndFaults {
  readonly sets: readonly VariableNamePosition[];
  readonly reads: readonly StepVariableReference[];
  readonly faults: readonly StepTextParseFault[];
  /** Without naming them, as by `JSON.stringify(input)`, or in code that cannot be parsed. */
  readonly readsAll: boolean;
  /** Assigned only in a branch: a rename includes these names, but they do not count as reads. */
  readonly mayRead: readonly string[];
}
