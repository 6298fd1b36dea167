import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "#core/json.ts";

export interface SampleFlow {
  readonly file: string;
  readonly body: JsonObject;
  readonly name: string;
  readonly steps: readonly JsonObject[];
}

/** The flows of `e2e/flows`, as people write them on the platform: each file is a body for `POST /v1/flows`. */
export const sampleFlows: readonly SampleFlow[] = readSampleFlows();

function readSampleFlows(): readonly SampleFlow[] {
  const folder = new URL("../flows/", import.meta.url);
  const files = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(".json"));
  return files.map((file) => {
    const body = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return { file, body, name: body.name, steps: body.flowSteps ?? body.steps };
  });
}
