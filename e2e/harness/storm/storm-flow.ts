import { buildFlow, buildStep } from "#core/flow-builder.ts";

const NAMES = ["fetch", "clean", "sort", "score", "draft", "check", "store", "notify"];

/** Eight plain steps that do not read one another: no edit asks anything first. */
export const stormFlow = (name: string) =>
  buildFlow(
    name,
    NAMES.map((id) => buildStep(id, { config: { userPrompt: `Do ${id}.` } })),
  );
