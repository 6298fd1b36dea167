import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "#core/json/json.ts";

export interface SampleFlowFile {
  readonly file: string;
  readonly body: JsonObject;
  readonly name: string;
  readonly steps: readonly JsonObject[];
}

/** Realistic flows from `e2e/flows`. Each file is a request body for `POST /v1/flows`. */
export const sampleFlowFiles: readonly SampleFlowFile[] = readSampleFlows();

function readSampleFlows(): readonly SampleFlowFile[] {
  const folder = new URL("../flows/", import.meta.url);
  const files = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(".json"));
  return files.map((file) => {
    const body = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return { file, body, name: body.name, steps: body.flowSteps ?? body.steps };
  });
}
