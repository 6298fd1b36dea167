import type { CustomFlowEventPayload } from "#contract/events.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { StepTemplateAndScriptParser } from "./template-and-script-parser.ts";
import type { HttpClientForSteps } from "./http/http-client.ts";
import type { ManagedSecret } from "#server/domain/managed-secret.ts";
import type { Mailer } from "./mailer.ts";
import type { ModelClient } from "./model/model-client.ts";
import type { RecordReaderWriterForRuns } from "./run-plan.ts";
import type { ScriptRunner } from "./scripts/script-pool.ts";

export interface FlowRunDependencies {
  readonly records: RecordReaderWriterForRuns;
  readonly model: ModelClient;
  readonly mailer: Pick<Mailer, "send">;
  readonly http: Pick<HttpClientForSteps, "send" | "close">;
  readonly scripts: ScriptRunner;
  readonly texts: StepTemplateAndScriptParser;
  readonly publishEvent: (caller: Caller, event: CustomFlowEventPayload) => Promise<void>;
  readonly secrets: Readonly<Record<string, ManagedSecret>>;
  /** Texts that are redacted everywhere: the values of `secrets`, the model server's key and the mail password. */
  readonly hidden: readonly string[];
  readonly limits: { readonly stepMs: number; readonly runMs: number };
  readonly report: (error: Error) => void;
  readonly now: () => number;
}
