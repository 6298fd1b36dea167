import type { FlowEvent } from "#contract/events.ts";
import type { Caller } from "#server/caller.ts";
import type { HttpClient } from "./http/http-client.ts";
import type { Mailer } from "./mailer.ts";
import type { ModelClient } from "./model/model-client.ts";
import type { RunRecords } from "./run-plan.ts";
import type { Scripts } from "./scripts/script-pool.ts";

/** All that steps reach outside of their run. */
export interface RunTools {
  readonly records: RunRecords;
  readonly model: ModelClient;
  readonly mailer: Mailer;
  readonly http: HttpClient;
  readonly scripts: Scripts;
  readonly tellEvent: (caller: Caller, event: FlowEvent) => Promise<void>;
  /** What `{{secret:KEY}}` stands for, by key. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Further texts that nothing may tell, such as the key of the model server. */
  readonly hidden: readonly string[];
  readonly limits: { readonly stepMs: number; readonly runMs: number };
  /** Told of what must not happen, such as a store that does not answer: it is for the log. */
  readonly report: (error: Error) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
