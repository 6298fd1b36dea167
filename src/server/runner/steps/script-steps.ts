import type { JsonValue } from "#core/json.ts";
import { fillScript } from "#server/runner/scripts/fill-script.ts";
import { type StepCall, configValue } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";

export async function runTransform(call: StepCall): Promise<JsonValue> {
  const language = call.config["language"];
  if (typeof language === "string" && !/^(?:javascript|typescript|)$/i.test(language)) {
    throw new StepFailure(
      `Scripts in ${language} do not run on this server; connect it to the platform to run it.`,
    );
  }
  const code = configValue(call, "script");
  if (typeof code !== "string" || code.trim() === "")
    throw new StepFailure("The script is empty: write one.");
  return (await evaluate(call, code, false)) ?? null;
}

/** Whether a condition holds, as JavaScript sees it. */
export async function isTrue(call: StepCall, condition: JsonValue | undefined): Promise<boolean> {
  if (typeof condition === "boolean") return condition;
  if (typeof condition !== "string" || condition.trim() === "") {
    throw new StepFailure("The condition is empty: write when the steps are to run.");
  }
  return (await evaluate(call, condition, true)) === true;
}

function evaluate(call: StepCall, text: string, isCondition: boolean): Promise<JsonValue | undefined> {
  const { code, filled } = fillScript(text, call.filler);
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
