import type { RunTools } from "./run-tools.ts";
import type { Runner } from "./runner.ts";

/** Cheap until the first run: what steps need is loaded when it is first used. */
export function createRunner(tools: RunTools): Runner {
  return {
    run: async (plan, options) => {
      const { FlowRun } = await import("./flow-run.ts");
      return new FlowRun(plan, tools, options).run();
    },
    close: async () => {
      await Promise.all([tools.scripts.close(), tools.http.close(), tools.model.close()]);
    },
  };
}
