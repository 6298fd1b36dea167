/** `variables` contains JSON texts, each parsed only when the code reads it. */
export type ScriptJob =
  | {
      readonly type: "script";
      readonly code: string;
      /** Whether the code is a condition, whose result is converted to true or false. */
      readonly isCondition: boolean;
      readonly variables: Readonly<Record<string, string>>;
      /** Names that the script sees as undefined variables, so that reading them throws no ReferenceError. */
      readonly unset: readonly string[];
      readonly filled: string;
    }
  | {
      readonly type: "liquid";
      readonly template: string;
      readonly partials: Readonly<Record<string, string>>;
      readonly variables: Readonly<Record<string, string>>;
    };

export type ScriptJobResult = (
  | { readonly type: "done"; readonly json: string | undefined }
  | { readonly type: "failed"; readonly message: string }
) & {
  /** Whether the thread must be replaced, for example after it ran out of memory. */
  readonly mustReplaceThread: boolean;
};
