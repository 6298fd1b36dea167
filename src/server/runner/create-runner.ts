import type { FlowRunDependencies } from "./flow-run-dependencies.ts";
import type { FlowRunner } from "./runner.ts";

/** Defers the import of the code that runs flows until the first run, so that the server starts fast. */
export function createFlowRunner(tools: FlowRunDependencies): FlowRunner {
  return {
    getThreadUsage: () => tools.scripts.usage,
    run: async (plan, options) => {
      const { FlowRun } = await import("./flow-run.ts");
      return new FlowRun(plan, tools, options).run();
    },
    close: async () => {
      await Promise.all([
        tools.scripts.close(),
        tools.texts.close(),
        tools.http.close(),
        tools.model.close(),
      ]);
    },
  };
}
