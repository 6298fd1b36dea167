import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";

const NAMES = ["fetch", "clean", "sort", "score", "draft", "check", "store", "notify"];

/** Builds eight steps without references between them, so that no edit opens a dialog. */
export const buildFlowForChaosRun = (name: string) =>
  buildFlow(
    name,
    NAMES.map((id) => buildStep(id, { config: { userPrompt: `Do ${id}.` } })),
  );
