/**
 * Source files by path, or names of files that hold several (`client/app/divide-client.ts`); several can match.
 * `features/<name>/<name>-page.tsx` of `/<name>` is not listed.
 */
const PAGE_MODULES: readonly (readonly [RegExp, string])[] = [
  [/^\/flows\/[^/]+(?:\/|$)/, "src/client/editor/shell/flow-editor-page.tsx"],
  [/^\/flows\/[^/]+\/json\/?$/, "src/client/editor/json-tab/json-tab.tsx"],
  [/^\/flows\/[^/]+\/runs(?:\/|$)/, "src/client/editor/runs/runs-tab.tsx"],
  [/^\/flows\/[^/]+\/versions(?:\/|$)/, "src/client/editor/versions/versions-tab.tsx"],
  [/^\/flows\/[^/]+\/versions\/compare\/?$/, "src/client/editor/versions/compare-page.tsx"],
  [/^\/flows\/[^/]+\/versions\/(?!compare\/?$)[^/]+\/?$/, "src/client/editor/versions/version-page.tsx"],
  [/^\/runs\/(?!schedules|alerts)[^/]+\/?$/, "src/client/features/runs/runs-page.tsx"],
  [
    /^\/runs\/(?!schedules|alerts)[^/]+\/?$|^\/flows\/[^/]+\/runs\/(?!steps\/?$)[^/]+\/?$/,
    "src/client/flow/execution/batch-page.tsx",
  ],
  [/^\/flows\/[^/]+\/runs\/steps\/?$/, "src/client/editor/runs/result-list.tsx"],
  [/^\/runs\/schedules\/?$/, "src/client/features/runs/schedules-page.tsx"],
  [/^\/runs\/alerts\/?$/, "src/client/features/runs/alerts-page.tsx"],
  // The tables of the endpoints that these pages call first.
  [/^\/runs\/(?:schedules|alerts)\/?$/, "endpoints"],
  [/^\/(?:records|runs|flows\/[^/]+\/runs)(?:\/(?!schedules|alerts)|$)/, "run-endpoints"],
  [/^\/environment\/?$/, "environment-endpoints"],
  [/^\/records\/?$/, "src/client/features/records/record-types-page.tsx"],
  // With `data/queries/api-features.ts`, which the query of the types imports.
  [/^\/records\/?$/, "runs-panels"],
  [/^\/records\/[^/]+\/?$/, "src/client/features/records/record-list-page.tsx"],
];

/** Name of the file of all modules that every page loads first, which the HTML names. */
const START = "start";

interface BuiltModule {
  readonly file: string;
  readonly name?: string;
  readonly imports?: readonly string[];
}

/** Vite's manifest of the built dashboard: its files by source file. */
export type BuildManifest = Readonly<Record<string, BuiltModule>>;

/** Lists all page modules, for the test that they exist. */
export const listPageModules = (): readonly string[] => PAGE_MODULES.map(([, module]) => module);

/** Lets the browser load them together with the first scripts instead of after them. */
export function listPageScriptUrls(manifest: BuildManifest, path: string): readonly string[] {
  const named = collectFiles(manifest, [START]);
  const listed = PAGE_MODULES.filter(([pattern]) => pattern.test(path)).map(([, module]) => module);
  const [, name] = /^\/([\w-]+)\/?$/.exec(path) ?? [];
  const modules = [...listed, `src/client/features/${name}/${name}-page.tsx`];
  return [...collectFiles(manifest, modules)].filter((file) => !named.has(file)).map((file) => `/${file}`);
}

function collectFiles(manifest: BuildManifest, modules: readonly string[]): ReadonlySet<string> {
  const names = new Set(
    modules.flatMap((module) =>
      module in manifest ? module : Object.keys(manifest).filter((key) => manifest[key]?.name === module),
    ),
  );
  for (const name of names) for (const imported of manifest[name]?.imports ?? []) names.add(imported);
  return new Set([...names].flatMap((name) => manifest[name]?.file ?? []));
}
