import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type BuildManifest, listPageModules, listPageScriptUrls } from "./page-modules.ts";

const EDITOR = "src/client/editor/shell/flow-editor-page.tsx";
const RUNS = "src/client/editor/runs/runs-tab.tsx";
const RUN = "src/client/flow/execution/batch-page.tsx";
const VERSIONS = "src/client/editor/versions";
const manifest: BuildManifest = {
  "_start.js": { file: "assets/start-1.js", name: "start", imports: ["_runtime.js"] },
  "_runtime.js": { file: "assets/runtime-1.js" },
  "_editor.js": { file: "assets/editor-1.js", imports: ["_start.js", "_cycle.js"] },
  "_cycle.js": { file: "assets/cycle-1.js", imports: ["_editor.js"] },
  [EDITOR]: { file: "assets/page-1.js", imports: ["_start.js", "_editor.js"] },
  "src/client/features/environment/environment-page.tsx": { file: "assets/environment-1.js" },
  [RUNS]: { file: "assets/runs-1.js", imports: ["_editor.js"] },
  [RUN]: { file: "assets/run-1.js" },
  [`${VERSIONS}/versions-tab.tsx`]: { file: "assets/versions-1.js" },
  [`${VERSIONS}/version-page.tsx`]: { file: "assets/version-1.js" },
  [`${VERSIONS}/compare-page.tsx`]: { file: "assets/compare-1.js" },
  "_environment.js": { file: "assets/environment-endpoints-1.js", name: "environment-endpoints" },
  "_runs.js": { file: "assets/run-endpoints-1.js", name: "run-endpoints" },
  "_endpoints.js": { file: "assets/endpoints-1.js", name: "endpoints" },
};
const editorScripts = ["/assets/page-1.js", "/assets/editor-1.js", "/assets/cycle-1.js"];

it.each([
  ["/flows/flow_1", editorScripts],
  [
    "/flows/flow_1/runs/batch_1",
    [
      "/assets/page-1.js",
      "/assets/runs-1.js",
      "/assets/run-1.js",
      "/assets/run-endpoints-1.js",
      ...editorScripts.slice(1),
    ],
  ],
  [
    "/flows/flow_1/runs/steps",
    ["/assets/page-1.js", "/assets/runs-1.js", "/assets/run-endpoints-1.js", ...editorScripts.slice(1)],
  ],
  ["/flows/flow_1/versions", ["/assets/page-1.js", "/assets/versions-1.js", ...editorScripts.slice(1)]],
  [
    "/flows/flow_1/versions/version_1",
    ["/assets/page-1.js", "/assets/versions-1.js", "/assets/version-1.js", ...editorScripts.slice(1)],
  ],
  [
    "/flows/flow_1/versions/compare",
    ["/assets/page-1.js", "/assets/versions-1.js", "/assets/compare-1.js", ...editorScripts.slice(1)],
  ],
  ["/runs/batch_1", ["/assets/run-1.js", "/assets/run-endpoints-1.js"]],
  ["/records", ["/assets/run-endpoints-1.js"]],
  ["/runs/schedules", ["/assets/endpoints-1.js"]],
  ["/flows", []],
  ["/flows/", []],
  ["/", []],
  ["/environment", ["/assets/environment-endpoints-1.js", "/assets/environment-1.js"]],
  ["/environment/", ["/assets/environment-endpoints-1.js", "/assets/environment-1.js"]],
  ["/environment/other", []],
])(
  "the page at %s names the scripts of its modules once, without those that every page loads",
  (path, scripts) => {
    expect(listPageScriptUrls(manifest, path)).toEqual(scripts);
  },
);

it("a build without a manifest names no scripts", () => {
  expect(listPageScriptUrls({}, "/flows/flow_1")).toEqual([]);
});

it("every page module is a source file, or a file that the division of the client names", () => {
  const division = readFileSync("src/client/app/divide-client.ts", "utf8");
  const exists = (module: string) => existsSync(module) || division.includes(`group("${module}"`);
  expect(listPageModules().filter((module) => !exists(module))).toEqual([]);
});
