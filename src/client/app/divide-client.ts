/** Looks a module up while the bundle is divided. */
interface ModuleLookup {
  getModuleInfo(id: string): {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

/** Indexes of packages import these modules too, so that they seem to be imported wherever one of the package is. */
const INDEXED_MODULES = /\/radix-ui\/|\/(?:useQueries|queriesObserver|useBlocker)\.js$/;

/** The modules that these modules import at once; without a page, also all that is imported later by other pages. */
function findModules(entries: readonly string[], lookup: ModuleLookup, page?: string): ReadonlySet<string> {
  const found = new Set(entries);
  for (const id of found) {
    const known = lookup.getModuleInfo(id);
    const later = page === undefined ? [] : (known?.dynamicallyImportedIds ?? []);
    for (const next of [...(known?.importedIds ?? []), ...later])
      if (next !== page && !INDEXED_MODULES.test(next)) found.add(next);
  }
  return found;
}

/** The modules that a page imports at each moment. What is loaded in idle time belongs here; the rest has files of its own. */
const LOAD_MOMENTS = {
  start: ["app/main.tsx"],
  // Every page, when idle.
  tools: [
    "app/header-tools.tsx",
    "data/live/subscribe-to-server-events.ts",
    "page/query-status-note.tsx",
    "ui/overlays/tooltip-layer.tsx",
  ],
  // The flow list, when idle.
  list: [
    "features/flow-list/idle-parts.tsx",
    "features/flow-list/views/finding-menus.tsx",
    "features/flow-list/bulk/flow-selection-control.tsx",
    "features/flow-list/empty-list.tsx",
    "features/flow-list/steps-card.tsx",
  ],
  editor: ["editor/shell/flow-editor-page.tsx"],
  // Every page, with its first dialog; the editor, when the user first moves the pointer or presses a key.
  dialogs: ["page/error-note.tsx", "ui/overlays/pick-dialog.tsx"],
  // The editor, when idle; other pages for a search and replace in steps.
  analysis: ["document/analysis/dataflow.ts", "../core/references/script-words.ts"],
  panels: [
    "editor/problems/watch-environment.ts",
    "document/journal/open-journal.ts",
    "document/journal/journal-dependencies.ts",
    "editor/actions/register-editor-commands.ts",
    "editor/step-list/dependency-links.tsx",
    "editor/runs/last-runs-loader.tsx",
    "editor/shell/onboarding-card-in-editor.tsx",
    "editor/step-list/drag-gestures.tsx",
    "editor/test-run/test-run-button.tsx",
  ],
  // The lists of runs: of a flow, and of all flows.
  runs: [
    "data/live/subscribe-cached-runs.ts",
    "features/runs/runs-page-header.tsx",
    "flow/execution/lazy-batch-page.tsx",
    "flow/runs/run-filter-controls.tsx",
    "flow/runs/run-list.tsx",
    "flow/view-heading.tsx",
  ],
  // These share parts with the lists of runs.
  tables: ["features/runs/schedules-page.tsx", "editor/versions/versions-tab.tsx"],
  records: ["features/records/record-types-page.tsx"],
  environment: ["features/environment/environment-page.tsx"],
  // The endpoints that the pages of the server, of runs and of records call first.
  "environment-endpoints": ["../contract/environment-endpoints.ts"],
  "run-endpoints": ["../contract/run-endpoints.ts", "../contract/record-endpoints.ts"],
  // Other pages with their first request; the list and the editor at the first sign of use.
  endpoints: ["../contract/endpoints.ts"],
  // The JSON tab and the dialogs of versions, and the editor with its actions.
  merge: ["../core/merge/merge-documents.ts", "editor/session/bind-pending-input.ts"],
  // The editor, when the user first moves the pointer or presses a key.
  actions: [
    "editor/actions/broken-references-bar.tsx",
    "editor/actions/dependents/dependents-dialog.tsx",
    "editor/actions/export-flow.ts",
    "editor/actions/rename-variable/rename-dialog.tsx",
    "editor/add-step/add-step-dialog.tsx",
    "editor/find/find-bar.tsx",
    "editor/inspector/step-form.tsx",
    "editor/problems/problems-panel.tsx",
    "editor/saving/unsaved-dialogs.tsx",
    "editor/shell/selected-steps.tsx",
    "editor/step-list/move-to-dialog.tsx",
  ],
};

const EDITOR_PAGE = "editor/shell/flow-editor-page.tsx";
type Moment = keyof typeof LOAD_MOMENTS;
type ModuleSets = Readonly<Record<Moment | "outsideList" | "outsideEditor", ReadonlySet<string>>>;

/**
 * One file for the modules that the same pages need; what several moments need comes before what one needs.
 * `sourceFile`: the id of a module by its path in `src/client`.
 */
export function divideClient(sourceFile: (path: string) => string) {
  let found: ModuleSets | undefined;
  const PAGES = new Set([EDITOR_PAGE, ...LOAD_MOMENTS.records].map(sourceFile));
  const entries = Object.entries(LOAD_MOMENTS);
  const findFor = (paths: readonly string[], lookup: ModuleLookup, page?: string) =>
    findModules(paths.map(sourceFile), lookup, page === undefined ? undefined : sourceFile(page));
  const findAll = (lookup: ModuleLookup): ModuleSets => ({
    ...(Object.fromEntries(entries.map(([moment, own]) => [moment, findFor(own, lookup)])) as ModuleSets),
    outsideList: findFor(LOAD_MOMENTS.start, lookup, "features/flow-list/flow-list-page.tsx"),
    outsideEditor: findFor(LOAD_MOMENTS.start, lookup, EDITOR_PAGE),
  });
  type Has = (set: keyof ModuleSets) => boolean;
  const group = (name: string, isIn: (has: Has) => boolean, includeDependenciesRecursively = true) => ({
    includeDependenciesRecursively,
    name: (id: string, lookup: ModuleLookup) => {
      const sets = (found ??= findAll(lookup));
      // A page stays an entry, under which the manifest lists its files.
      if (PAGES.has(id)) return null;
      return isIn((set) => sets[set].has(id)) ? name : null;
    },
  });
  return {
    groups: [
      group("start", (has) => has("start")),
      group(
        "tools-list-editor",
        (has) => (has("tools") || has("list") || has("environment")) && has("editor"),
      ),
      group("tools", (has) => has("tools") || (has("list") && has("panels"))),
      group("dialogs", (has) => has("dialogs")),
      group("editor-common", (has) => has("editor") && has("outsideEditor")),
      group("editor", (has) => has("editor")),
      group("analysis", (has) => has("analysis")),
      group("list-common", (has) => has("list") && has("outsideList")),
      group("list", (has) => has("list")),
      group("runs-panels", (has) => (has("runs") || has("environment")) && has("panels")),
      group("tables", (has) => has("runs") && has("tables")),
      group("runs", (has) => has("runs")),
      group("panels-common", (has) => has("panels") && has("outsideEditor")),
      group("panels", (has) => has("panels")),
      group("records-actions", (has) => has("records") && has("actions"), false),
      group("records", (has) => has("records"), false),
      group("environment-endpoints", (has) => has("environment-endpoints"), false),
      group("run-endpoints", (has) => has("run-endpoints"), false),
      group("endpoints", (has) => has("endpoints"), false),
      group("merge", (has) => has("merge"), false),
      group("actions", (has) => has("actions") && !has("outsideEditor"), false),
    ],
  };
}
