import type { RunConfig } from "#server/run-config.ts";
import { createRunner } from "./create-runner.ts";
import { createHttpClient } from "./http/http-client.ts";
import { createMailer } from "./mailer.ts";
import { createModelClient } from "./model/model-client.ts";
import type { RunTools } from "./run-tools.ts";
import type { Runner } from "./runner.ts";
import { ScriptPool } from "./scripts/script-pool.ts";

/** A script that works longer than this is taken for one that never ends: it holds one of the few threads. */
const SCRIPT_MS = 10_000;

/** The runner that the server's settings describe. */
export function openRunner(
  { modelUrl, modelKey, smtpUrl, allowPrivateHttp, secrets, stepMs, runMs }: RunConfig,
  rest: Pick<RunTools, "records" | "tellEvent" | "report" | "now">,
): Runner {
  return createRunner({
    ...rest,
    model: createModelClient(modelUrl, modelKey),
    mailer: createMailer(smtpUrl),
    http: createHttpClient(allowPrivateHttp),
    scripts: new ScriptPool({ milliseconds: Math.min(SCRIPT_MS, stepMs) }),
    secrets,
    hidden: [modelKey, ...passwordsOf(smtpUrl)].filter((text) => text !== undefined),
    limits: { stepMs, runMs },
  });
}

/** As written in the address, and as sent. */
function passwordsOf(smtpUrl: string | undefined): readonly string[] {
  const written = smtpUrl === undefined ? "" : new URL(smtpUrl).password;
  return [written, new URLSearchParams(`p=${written.replaceAll("+", "%2B")}`).get("p") ?? ""];
}
