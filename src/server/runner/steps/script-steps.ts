import type { JsonValue } from "#core/json/json.ts";
import { fillScriptTemplates } from "#server/runner/scripts/fill-script.ts";
import { type StepRunContext, readFirstSetConfigValue } from "#server/runner/step-run-context.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

export async function runTransformStep(call: StepRunContext): Promise<RunValue | null> {
  const language = call.config["language"];
  if (typeof language === "string" && !/^(?:javascript|typescript|)$/i.test(language)) {
    throw new StepFailure(
      `This server does not support ${language} scripts. Connect it to the platform to run them.`,
    );
  }
  const code = readFirstSetConfigValue(call, "script");
  if (typeof code !== "string" || code.trim() === "") throw new StepFailure("Script is required.");
  return (await evaluate(call, code, false)) ?? null;
}

export async function evaluateStepCondition(
  call: StepRunContext,
  condition: JsonValue | undefined,
): Promise<boolean> {
  if (typeof condition === "boolean") return condition;
  if (typeof condition !== "string" || condition.trim() === "") {
    throw new StepFailure("Condition is required.");
  }
  return (await evaluate(call, condition, true))?.value === true;
}

async function evaluate(
  call: StepRunContext,
  text: string,
  isCondition: boolean,
): Promise<RunValue | undefined> {
  const { code, filled } = await fillScriptTemplates(text, call.filler, call.tools.texts, call.signal);
  const job = {
    type: "script",
    code,
    isCondition,
    variables: call.variables.toJson(),
    unset: call.variables.unset,
    filled: JSON.stringify(filled),
  } as const;
  return call.tools.scripts.run(job, call.signal);
}
