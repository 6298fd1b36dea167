import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { getStepConfig, getStepType, getStepCondition } from "#core/document/step.ts";
import type { VariableNameAndPath } from "#server/flows/text-jobs/text-jobs.ts";
import type { BackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { ThreadFailure } from "#server/threads/thread-pool.ts";
import type { ScriptSyntaxOfEachTemplate } from "#core/references/find-script-templates.ts";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { StepFailure, TOO_MANY_VALUES } from "#server/domain/step-failure.ts";

/** Throws a `StepFailure` if parsing takes too long, or the signal's reason. */
export class StepTemplateAndScriptParser {
  readonly #reader: BackgroundTextParser;
  /** Caches the variable names that each step reads, because a batch runs the same steps for every record. */
  readonly #namesOf = new WeakMap<JsonObject, Promise<readonly string[]>>();

  constructor(reader: BackgroundTextParser) {
    this.#reader = reader;
  }

  findEnclosingSyntax(code: string, signal: AbortSignal): Promise<ScriptSyntaxOfEachTemplate> {
    return explain(this.#reader.read("findEnclosingSyntax", code.length, { code }, signal));
  }

  readLiquid(
    text: string,
    hidden: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<readonly VariableNameAndPath[]> {
    return explain(this.#reader.read("readLiquid", text.length, { text, hidden: [...hidden] }, signal));
  }

  /** Reads JSON text; returns undefined for other text. Throws a `StepFailure` if it has too many values for a result. */
  async readJson(text: string, signal: AbortSignal): Promise<RunValue | undefined> {
    const job = { text, maxValues: RUN_LIMITS.resultValues };
    const read = await explain(this.#reader.read("normalizeJson", text.length, job, signal));
    if (read === "too-many-values") throw new StepFailure(TOO_MANY_VALUES);
    return read === "invalid" ? undefined : RunValue.fromJson(read.json ?? text, read);
  }

  readNames(node: StepNode): Promise<readonly string[]> {
    const { fields } = node;
    let names = this.#namesOf.get(fields);
    if (!names) {
      names = this.#readNames(node).catch(() => []);
      this.#namesOf.set(fields, names);
    }
    return names;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #readNames(node: StepNode): Promise<readonly string[]> {
    const own = Object.entries(getStepConfig(node)).filter(
      ([key]) => !node.branches || !BRANCH_NAMES.some((branch) => branch === key),
    );
    const config = Object.fromEntries(own);
    const step = { id: "step", name: "", type: getStepType(node), when: getStepCondition(node), config };
    return this.#reader.read("readStep", JSON.stringify(step).length, { step });
  }
}

async function explain<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ThreadFailure)) throw error;
    throw new StepFailure(
      error.kind === "stopping"
        ? "The server is stopping. Run the flow again later."
        : "A text of this step takes too long to parse. Shorten or simplify it.",
    );
  }
}
