/** What a thread is given to do. `variables` are JSON by name, read only where the code asks for them. */
export type ScriptJob =
  | {
      readonly type: "script";
      readonly code: string;
      /** Only whether what comes out counts as true. */
      readonly isCondition: boolean;
      readonly variables: Readonly<Record<string, string>>;
      /** Names that are undefined, where others would not be known. */
      readonly unset: readonly string[];
      /** What stands in the code as `__filled[0]` and on, as JSON. */
      readonly filled: string;
    }
  | {
      readonly type: "liquid";
      readonly template: string;
      readonly partials: Readonly<Record<string, string>>;
      readonly variables: Readonly<Record<string, string>>;
    };

/** Told by a thread: JSON of the result, absent where there is none, or a sentence. */
export type ScriptAnswer =
  | { readonly type: "done"; readonly json: string | undefined }
  | {
      readonly type: "failed";
      readonly message: string;
      /** The thread may be damaged, as after it ran out of memory. */
      readonly isSpoilt: boolean;
    };
