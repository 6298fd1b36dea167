import { type JsonObject, type JsonValue, getAtPath, isJsonObject } from "#core/json.ts";
import { type Template, findTemplates, readVariable } from "#core/references/read-templates.ts";
import type { RunVariables } from "./run-variables.ts";
import { StepFailure } from "./step-failure.ts";

/** Characters that a text with its variables may come to. */
const TEXT_LIMIT = 6 * 1024 * 1024;

export interface RunSecrets {
  /** `{{secret:KEY}}`: kept by the server. */
  readonly managed: Readonly<Record<string, string>>;
  /** `{{secrets.key}}`: came with the run. */
  readonly given: Readonly<Record<string, string>>;
}

/** Fills the templates of one step, and notes the names that nobody had set: they come out empty. */
export class TemplateFiller {
  readonly unresolved: Set<string>;
  readonly #variables: Pick<RunVariables, "find">;
  readonly #secrets: RunSecrets;

  constructor(
    variables: Pick<RunVariables, "find">,
    secrets: RunSecrets,
    unresolved: Set<string> = new Set(),
  ) {
    this.#variables = variables;
    this.#secrets = secrets;
    this.unresolved = unresolved;
  }

  /** With further names, which come before the variables. */
  within(names: JsonObject): TemplateFiller {
    const find = (name: string, path: readonly string[] = []) =>
      Object.hasOwn(names, name) ? getAtPath(names[name], path) : this.#variables.find(name, path);
    return new TemplateFiller({ find }, this.#secrets, this.unresolved);
  }

  /** `encode` is done to what is filled in, not to the text around it. */
  text(text: string, encode: (value: string) => string = (value) => value): string {
    if (!text.includes("{{")) return text;
    const pieces: string[] = [];
    let done = 0;
    let length = text.length;
    for (const template of findTemplates(text)) {
      const value = this.read(template, text);
      if (value === undefined) continue;
      const written = encode(toText(value));
      length += written.length;
      if (length > TEXT_LIMIT) {
        throw new StepFailure(
          "A text of this step comes to more than 6 MB once its variables are filled in.",
        );
      }
      pieces.push(text.slice(done, template.from), written);
      done = template.to;
    }
    return pieces.join("") + text.slice(done);
  }

  /** In all texts of a value; one that is a single template and nothing else becomes what that stands for. */
  value(value: JsonValue): JsonValue {
    if (typeof value === "string") return this.#single(value) ?? this.text(value);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inside]) => [this.text(key), this.value(inside)]),
    );
  }

  /** The names in a value that nobody has set. */
  unsetIn(value: JsonValue): ReadonlySet<string> {
    const filler = new TemplateFiller(this.#variables, this.#secrets);
    filler.value(value);
    return filler.unresolved;
  }

  /** A text that is JSON stays JSON, whatever is filled in between its quotes. */
  jsonText(text: string): string {
    return isJson(text) ? this.text(text, (value) => JSON.stringify(value).slice(1, -1)) : this.text(text);
  }

  /** The variable that a field names, bare or as a template; null where nobody has set it. */
  variable(field: string): JsonValue {
    if (field.includes("{{")) return this.value(field);
    const { variable, rest } = readVariable(field.trim());
    if (!variable || rest !== "") throw new StepFailure(`“${field}” is not the name of a variable.`);
    return this.#find(variable.name, variable.path, field.trim()) ?? null;
  }

  /** What a template stands for; undefined where it is text like any other. */
  read(template: Template, text: string): JsonValue | undefined {
    const content = text.slice(template.from + 2, template.to - 2);
    switch (template.type) {
      case "variable": {
        const { name, path, to } = template.occurrence;
        // `{{a[b]}}`: an index that would have to be worked out.
        const isComputed = /\[\s*[^\s\d'"]/.test(text.slice(to, template.to - 2));
        return (isComputed ? this.#note(content.trim()) : this.#find(name, path, content.trim())) ?? "";
      }
      case "secret":
        return this.#secret(content);
      case "bad-secret":
        throw new StepFailure(template.fault.message);
      case "unreadable":
      case "text":
        return undefined;
    }
  }

  #single(text: string): JsonValue | undefined {
    const trimmed = text.trim();
    if (!trimmed.startsWith("{{")) return undefined;
    const [template, ...others] = findTemplates(trimmed);
    const isWhole = template && others.length === 0 && template.from === 0 && template.to === trimmed.length;
    return isWhole ? this.read(template, trimmed) : undefined;
  }

  #find(name: string, path: readonly string[], spelled: string): JsonValue | undefined {
    const value = this.#variables.find(name, path);
    return value === undefined ? this.#note(spelled) : value;
  }

  #note(spelled: string): undefined {
    this.unresolved.add(spelled.replace(/^flow\s*:\s*/, ""));
    return undefined;
  }

  /** One that is missing is no empty text: what was to be protected by it would be sent without. */
  #secret(content: string): string {
    const [, managed] = /^\s*secret\s*:\s*(.*?)\s*$/.exec(content) ?? [];
    if (managed !== undefined) {
      const value = ownValue(this.#secrets.managed, managed);
      if (value !== undefined) return value;
      throw new StepFailure(
        `The secret ${managed} is not set: start the server with SECRET_${managed}, or take it out of this step.`,
      );
    }
    const key = readVariable(content.trim()).variable?.path[0] ?? "";
    const value = ownValue(this.#secrets.given, key);
    if (value !== undefined) return value;
    throw new StepFailure(`The secret ${key} did not come with this run: give it in “secrets”.`);
  }
}

/** How a value is written into a text. */
export function toText(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function ownValue(values: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
