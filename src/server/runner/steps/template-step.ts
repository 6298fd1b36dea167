import { type JsonValue, isJsonObject } from "#core/json.ts";
import { readLiquid } from "#core/references/read-liquid.ts";
import { findTemplates } from "#core/references/read-templates.ts";
import type { TemplateFiller } from "#server/runner/fill-templates.ts";
import { readInTime } from "#server/runner/read-in-time.ts";
import { type StepCall, configValue, filledText } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";

export async function runTemplate(call: StepCall): Promise<JsonValue> {
  if (filledText(call, "outputFormat").toLowerCase() === "pdf") {
    throw new StepFailure(
      "Templates for PDF do not run on this server; connect it to the platform to run it.",
    );
  }
  const template = configValue(call, "template");
  if (typeof template !== "string") throw new StepFailure("The template is empty: write one.");
  const inputs: Record<string, JsonValue> = {};
  const given = isJsonObject(call.config["inputs"]) ? call.config["inputs"] : {};
  for (const [name, value] of Object.entries(given)) inputs[name] = await fillInput(call, value);
  return render(call, template, inputs);
}

/** What is a single `{{variable}}` keeps its type; other texts are Liquid themselves. */
async function fillInput(call: StepCall, value: JsonValue): Promise<JsonValue> {
  if (typeof value !== "string") return call.filler.value(value);
  const [single] = findTemplates(value.trim());
  const isSingle = single?.type === "variable" && single.from === 0 && single.to === value.trim().length;
  return isSingle ? call.filler.value(value) : render(call, value, {});
}

async function render(
  call: StepCall,
  text: string,
  inputs: Readonly<Record<string, JsonValue>>,
): Promise<JsonValue> {
  const hidden = new Set(Object.keys(inputs));
  const filled: Record<string, JsonValue> = {};
  const prepare = (source: string) => fillWhatIsNoLiquid(source, call.filler, filled);
  const partials = isJsonObject(call.config["partials"]) ? call.config["partials"] : {};
  const template = prepare(text);
  noteUnresolved(call, text, hidden);
  const preparedPartials = Object.fromEntries(
    Object.entries(partials).flatMap(([name, partial]) =>
      typeof partial === "string" ? [[name, prepare(partial)]] : [],
    ),
  );
  const own = Object.entries({ ...inputs, ...filled }).map(([name, value]) => [name, JSON.stringify(value)]);
  const variables = { ...call.variables.toJson(), ...Object.fromEntries(own) };
  const job = { type: "liquid", template, partials: preparedPartials, variables } as const;
  return (await call.tools.scripts.run(job, call.signal)) ?? "";
}

/** `{{secret:KEY}}` and `{{flow:name}}` become variables of names that nobody else uses. */
function fillWhatIsNoLiquid(text: string, filler: TemplateFiller, filled: Record<string, JsonValue>): string {
  const pieces: string[] = [];
  let done = 0;
  for (const template of findTemplates(text)) {
    const isExplicit = template.type === "variable" && template.occurrence.form === "explicit";
    if (!isExplicit && template.type !== "secret" && template.type !== "bad-secret") continue;
    const name = `__filled_${Object.keys(filled).length}`;
    filled[name] = filler.read(template, text) ?? "";
    pieces.push(text.slice(done, template.from), `{{ ${name} }}`);
    done = template.to;
  }
  return pieces.join("") + text.slice(done);
}

/** What partials read may be given to them where they are included. */
function noteUnresolved(call: StepCall, text: string, hidden: ReadonlySet<string>): void {
  const reading = readInTime(text, (limit) => readLiquid(text, hidden, limit));
  for (const { name, path, form, mayBeLocal } of reading.occurrences) {
    const isOthers = form !== "liquid" || mayBeLocal;
    if (!isOthers && call.variables.find(name) === undefined)
      call.filler.unresolved.add([name, ...path].join("."));
  }
}
