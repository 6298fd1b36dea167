import { type FlowRunConfig, listSecretTextsToRedact } from "#server/config/run-config.ts";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { createFlowRunner } from "./create-runner.ts";
import { createHttpClientForSteps } from "./http/http-client.ts";
import { createMailer } from "./mailer.ts";
import { createModelClient } from "./model/model-client.ts";
import { StepTemplateAndScriptParser } from "./template-and-script-parser.ts";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import type { FlowRunDependencies } from "./flow-run-dependencies.ts";
import type { FlowRunner } from "./runner.ts";
import { ScriptThreadPool } from "./scripts/script-pool.ts";

export function openFlowRunner(
  config: FlowRunConfig,
  dependencies: Pick<FlowRunDependencies, "records" | "publishEvent" | "report" | "now">,
): FlowRunner {
  const { modelUrl, modelKey, smtpUrl, allowPrivateHttp, secrets, stepMs, runMs } = config;
  return createFlowRunner({
    ...dependencies,
    model: createModelClient(modelUrl, modelKey),
    mailer: createMailer(smtpUrl, config.recipientLimit),
    http: createHttpClientForSteps(allowPrivateHttp),
    texts: new StepTemplateAndScriptParser(createBackgroundTextParser()),
    scripts: new ScriptThreadPool({
      size: config.scriptThreads,
      milliseconds: Math.min(RUN_LIMITS.scriptMs, stepMs),
    }),
    secrets,
    hidden: listSecretTextsToRedact(config),
    limits: { stepMs, runMs },
  });
}
