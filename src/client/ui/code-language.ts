import type { Extension } from "@codemirror/state";

/**
 * What a field's text is. `script` is a function's body, `expression` one expression, `name` the bare name of a
 * variable; `template` is prose with `{{variables}}`.
 */
export type CodeLanguage = "json" | "script" | "expression" | "liquid" | "template" | "name";

/** A language's grammar; each is code of its own, loaded when a field of that language is first shown. */
export async function loadLanguage(language: CodeLanguage): Promise<Extension> {
  switch (language) {
    case "json":
      return (await import("@codemirror/lang-json")).json();
    case "script":
    case "expression":
      return (await import("@codemirror/lang-javascript")).javascript();
    case "liquid":
      return (await import("@codemirror/lang-liquid")).liquid();
    case "template":
    case "name":
      return [];
  }
}
