import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { findTemplateExpressions } from "#core/references/read-templates.ts";
import type { StepTemplateFiller } from "#server/runner/step-template-filler.ts";
import {
  type StepRunContext,
  readFirstSetConfigValue,
  fillConfigText,
} from "#server/runner/step-run-context.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

export async function runTemplateStep(call: StepRunContext): Promise<RunValue> {
  if (fillConfigText(call, "outputFormat").toLowerCase() === "pdf") {
    throw new StepFailure(
      "This server does not support PDF templates. Connect it to the platform to run them.",
    );
  }
  const template = readFirstSetConfigValue(call, "template");
  if (typeof template !== "string") throw new StepFailure("Template is required.");
  const inputs: Record<string, JsonValue> = {};
  const given = isJsonObject(call.config["inputs"]) ? call.config["inputs"] : {};
  for (const [name, value] of Object.entries(given)) inputs[name] = await fillInput(call, value);
  return render(call, template, inputs);
}

async function fillInput(call: StepRunContext, value: JsonValue): Promise<JsonValue> {
  if (typeof value !== "string") return call.filler.value(value);
  const [single] = findTemplateExpressions(value.trim());
  const isSingle = single?.type === "variable" && single.from === 0 && single.to === value.trim().length;
  if (isSingle) return call.filler.value(value);
  const { value: rendered } = await render(call, value, {});
  call.filler.countAsInserted(rendered);
  return rendered;
}

async function render(
  call: StepRunContext,
  text: string,
  inputs: Readonly<Record<string, JsonValue>>,
): Promise<RunValue> {
  const hidden = new Set(Object.keys(inputs));
  const filled = new Map<string, JsonValue>();
  const prepare = (source: string) => replaceNonLiquidTemplates(source, call.filler, filled);
  const partials = isJsonObject(call.config["partials"]) ? call.config["partials"] : {};
  const template = prepare(text);
  await noteUnresolved(call, text, hidden);
  const preparedPartials = Object.fromEntries(
    Object.entries(partials).flatMap(([name, partial]) =>
      typeof partial === "string" ? [[name, prepare(partial)]] : [],
    ),
  );
  const own = [...Object.entries(inputs), ...filled].map(([name, value]) => [name, JSON.stringify(value)]);
  const variables = { ...call.variables.toJson(), ...Object.fromEntries(own) };
  const job = { type: "liquid", template, partials: preparedPartials, variables } as const;
  return (await call.tools.scripts.run(job, call.signal)) ?? RunValue.of("");
}

/** Not valid Liquid: `{{secret:KEY}}` and `{{flow:name}}` become variables in `filled`. */
export function replaceNonLiquidTemplates(
  text: string,
  filler: Pick<StepTemplateFiller, "read">,
  filled: Map<string, JsonValue>,
): string {
  if (!text.includes("secret") && !text.includes("flow")) return text;
  const pieces: string[] = [];
  let done = 0;
  for (const template of findTemplateExpressions(text)) {
    const isExplicit = template.type === "variable" && template.occurrence.form === "explicit";
    if (!isExplicit && template.type !== "secret" && template.type !== "bad-secret") continue;
    const name = `__filled_${filled.size}`;
    filled.set(name, filler.read(template, text) ?? "");
    pieces.push(text.slice(done, template.from), `{{ ${name} }}`);
    done = template.to;
  }
  return pieces.join("") + text.slice(done);
}

/** Ignores variables in partials, because the including template may pass them. */
async function noteUnresolved(
  call: StepRunContext,
  text: string,
  hidden: ReadonlySet<string>,
): Promise<void> {
  for (const { name, path } of await call.tools.texts.readLiquid(text, hidden, call.signal)) {
    if (call.variables.findWhole(name) === undefined) call.filler.unresolved.add([name, ...path].join("."));
  }
}
