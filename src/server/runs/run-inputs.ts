import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import type { FlowRunPlan } from "#server/runner/run-plan.ts";

const MAX_BYTES = 256 * 1024;

/** What a single run was given besides its record, so that it can be repeated. */
export interface RunInputs {
  readonly inputs: JsonObject;
  readonly messages?: readonly JsonValue[];
  readonly modelOverride?: string;
  readonly upToStep?: string;
  /** The names only: values of secrets are never stored. */
  readonly secretNames?: readonly string[];
}

/** JSON text; null if it is too long or contains a secret. */
export function serializeRunInputs(plan: FlowRunPlan): string | null {
  const { inputs, messages, record, modelOverride, upToStep, secrets } = plan;
  const secretNames = Object.keys(secrets);
  const given = {
    inputs,
    ...(messages.length > 0 && messages !== record?.messages && { messages }),
    ...(modelOverride !== undefined && { modelOverride }),
    ...(upToStep !== undefined && { upToStep }),
    ...(secretNames.length > 0 && { secretNames }),
  } satisfies RunInputs;
  const json = JSON.stringify(given);
  const redactor = new RunSecretRedactor(Object.values(secrets));
  return Buffer.byteLength(json) > MAX_BYTES || redactor.text(json) !== json ? null : json;
}

export function parseRunInputs(json: string | null): RunInputs | undefined {
  return json === null ? undefined : (JSON.parse(json) as RunInputs);
}
