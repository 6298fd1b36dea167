import { type JsonObject, type JsonValue, getJsonAtPath, isJsonObject } from "#core/json/json.ts";
import {
  type TemplateExpression,
  findTemplateExpressions,
  parseVariablePath,
} from "#core/references/read-templates.ts";
import { type ManagedSecret, describeSecretRefusal } from "#server/domain/managed-secret.ts";
import { RunValue } from "#server/domain/run-value.ts";
import type { RunVariables } from "./run-variables.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { quoteValue } from "#core/text/quote-name.ts";

const TEXT_LIMIT = 6 * 1024 * 1024;
const INSERTED_LIMIT = 2 * TEXT_LIMIT;

export interface RunSecrets {
  /** Values of `{{secret:KEY}}`, configured on the server. */
  readonly managed: Readonly<Record<string, ManagedSecret>>;
  /** Values of `{{secrets.key}}`, sent with the request that starts the run. */
  readonly given: Readonly<Record<string, string>>;
}

/** State that all fillers of an attempt share, because the total length of the inserted values is limited. */
interface FillerNotes {
  readonly unresolved: Set<string>;
  readonly usedSecrets: Map<string, ManagedSecret>;
  readonly inserted: { length: number };
}

/**
 * Fills the templates of one step. Inserts empty text for an unset variable and adds the variable to `unresolved`.
 * Throws a `StepFailure` if a secret is missing, or not allowed for `use`, which is usually the step's type, or if the
 * inserted values are too long in total: a short flow can refer to a large value many times.
 */
export class StepTemplateFiller implements FillerNotes {
  readonly unresolved: Set<string>;
  readonly #variables: Pick<RunVariables, "find">;
  readonly #secrets: RunSecrets;
  readonly #use: string;
  readonly usedSecrets: Map<string, ManagedSecret>;
  readonly inserted: { length: number };

  constructor(
    variables: Pick<RunVariables, "find">,
    secrets: RunSecrets,
    use: string,
    noted: FillerNotes = { unresolved: new Set(), usedSecrets: new Map(), inserted: { length: 0 } },
  ) {
    this.#variables = variables;
    this.#secrets = secrets;
    this.#use = use;
    this.unresolved = noted.unresolved;
    this.usedSecrets = noted.usedSecrets;
    this.inserted = noted.inserted;
  }

  within(names: JsonObject): StepTemplateFiller {
    const find = (name: string, path: readonly string[] = []) =>
      Object.hasOwn(names, name) ? getJsonAtPath(names[name], path) : this.#variables.find(name, path);
    return new StepTemplateFiller({ find }, this.#secrets, this.#use, this);
  }

  /** Returns a filler that checks whether secrets are allowed for another `use`, such as `VARIABLE_SECRET_STEP_TYPE`. */
  usedAs(use: string): StepTemplateFiller {
    return new StepTemplateFiller(this.#variables, this.#secrets, use, this);
  }

  /** Returns a filler for another attempt, in which nothing is inserted yet. */
  forAttempt(): StepTemplateFiller {
    const { unresolved, usedSecrets } = this;
    const noted = { unresolved, usedSecrets, inserted: { length: 0 } };
    return new StepTemplateFiller(this.#variables, this.#secrets, this.#use, noted);
  }

  /** `encode` escapes each inserted value; the text around the templates is not escaped. */
  text(text: string, encode: (value: string) => string = (value) => value): string {
    if (!text.includes("{{")) return text;
    const pieces: string[] = [];
    let done = 0;
    let length = text.length;
    for (const template of findTemplateExpressions(text)) {
      const value = this.read(template, text);
      if (value === undefined) continue;
      const written = encode(formatTemplateValue(value));
      length += written.length;
      if (length > TEXT_LIMIT) {
        throw new StepFailure("A text of this step exceeds 6 MB with its variables filled in.");
      }
      pieces.push(text.slice(done, template.from), written);
      done = template.to;
    }
    return pieces.join("") + text.slice(done);
  }

  /** In all strings and keys. A string of a single template becomes the variable's value with its type. */
  value(value: JsonValue): JsonValue {
    if (typeof value === "string") return this.#single(value) ?? this.text(value);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inside]) => [this.text(key), this.value(inside)]),
    );
  }

  unsetIn(value: JsonValue): ReadonlySet<string> {
    const filler = new StepTemplateFiller(this.#variables, this.#secrets, this.#use);
    filler.value(value);
    return filler.unresolved;
  }

  /** Fills a text; if the text is valid JSON, escapes the inserted values so that it stays valid. */
  jsonText(text: string): string {
    return isJson(text) ? this.text(text, (value) => JSON.stringify(value).slice(1, -1)) : this.text(text);
  }

  /** Returns the value of the variable that `field` names, as `name` or `{{name}}`; null if the variable is unset. */
  variable(field: string): JsonValue {
    if (field.includes("{{")) return this.value(field);
    const { variable, rest } = parseVariablePath(field.trim());
    if (!variable || rest !== "") throw new StepFailure(`${quoteValue(field)} is not a valid variable name.`);
    return this.#find(variable.name, variable.path, field.trim()) ?? null;
  }

  /** Returns the value of a template, and counts it as inserted; undefined for text that is no template. */
  read(template: TemplateExpression, text: string): JsonValue | undefined {
    const value = this.#read(template, text);
    if (value !== undefined) this.countAsInserted(value);
    return value;
  }

  countAsInserted(value: JsonValue): void {
    this.inserted.length += formatTemplateValue(value).length;
    if (this.inserted.length > INSERTED_LIMIT) {
      throw new StepFailure("The values of this step exceed 12 MB with their variables filled in.");
    }
  }

  #read(template: TemplateExpression, text: string): JsonValue | undefined {
    const content = text.slice(template.from + 2, template.to - 2);
    switch (template.type) {
      case "variable": {
        const { name, path, to } = template.occurrence;
        // A computed index, as in `{{a[b]}}`, is not supported and counts as unset.
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
    const [template, ...others] = findTemplateExpressions(trimmed);
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

  /** Throws if the secret is missing: with empty text instead, the step would send a request without authentication. */
  #secret(content: string): string {
    const managed = readManagedKey(content);
    if (managed !== undefined) {
      const secret = ownValue(this.#secrets.managed, managed);
      if (secret === undefined) {
        throw new StepFailure(
          `The secret ${managed} is not set. Start the server with FLOWLINE_SECRET_${managed}, or remove it from this step.`,
        );
      }
      if (!secret.stepTypes.includes(this.#use))
        throw new StepFailure(describeSecretRefusal(managed, this.#use));
      this.usedSecrets.set(managed, secret);
      return secret.value;
    }
    const key = parseVariablePath(content.trim()).variable?.path[0] ?? "";
    const value = ownValue(this.#secrets.given, key);
    if (value !== undefined) return value;
    throw new StepFailure(`The secret ${key} is missing from this run. Send it in “secrets”.`);
  }
}

function readManagedKey(content: string): string | undefined {
  const [prefix = "", ...rest] = content.split(":");
  return prefix.trim() === "secret" ? rest.join(":").trim() : undefined;
}

export function formatTemplateValue(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "object" ? RunValue.of(value).json : String(value);
}

function ownValue<T>(values: Readonly<Record<string, T>>, key: string): T | undefined {
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
