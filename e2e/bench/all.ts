import { measure as measureApi } from "./api.ts";
import { measure as measureBundle } from "./bundle.ts";
import { measure as measureCore } from "./core.ts";
import { measure as measureEditor } from "./editor.ts";
import { measure as measureList } from "./list.ts";
import { measure as describeMachine } from "./machine.ts";
import { measure as measureRuns } from "./runs.ts";
import { measure as measureSaves } from "./saves.ts";
import { measure as measureStart } from "./start.ts";
import { measure as measureVersions } from "./versions.ts";

export async function measure(): Promise<void> {
  for (const run of [
    describeMachine,
    measureBundle,
    measureStart,
    measureCore,
    measureEditor,
    measureVersions,
    measureList,
    measureApi,
    measureSaves,
    measureRuns,
  ])
    await run();
}
