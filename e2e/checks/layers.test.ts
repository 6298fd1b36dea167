import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  CLIENT_NPM_PACKAGES,
  ALLOWED_EDITOR_FOLDER_IMPORTS,
  SERVER_NPM_PACKAGES,
  SHARED_NPM_PACKAGES,
} from "./layers.mjs";
import { lintFiles } from "./lint-files.ts";

const root = join(import.meta.dirname, "..", "..");

const FORBIDDEN = [
  ["src/core/document.ts", "#contract/flow.ts"],
  ["src/core/document.ts", "#client/data/flow-queries.ts"],
  ["src/core/document.ts", "#server/store/sql/tables.ts"],
  ["src/core/merge/merge.ts", "node:fs/promises"],
  ["src/core/merge/merge.ts", "react/jsx-runtime"],
  ["src/core/merge/merge.ts", "zod/mini"],
  ["src/core/merge/merge.ts", "fast-check"],
  ["src/core/merge/merge.ts", "#core/testing/flow-builder.ts"],
  ["src/contract/flow.ts", "#server/http/app.ts"],
  ["src/contract/flow.ts", "#client/ui/button.tsx"],
  ["src/contract/flow.ts", "drizzle-orm/pg-core"],
  ["src/server/http/app.ts", "#client/ui/button.tsx"],
  ["src/server/http/app.ts", "@tanstack/react-query"],
  ["src/server/http/app.ts", "react-dom/server"],
  ["src/server/http/app.ts", "./testing/test-app.ts"],
  ["src/client/app/main.tsx", "#server/http/app.ts"],
  ["src/client/app/main.tsx", "node:fs/promises"],
  ["src/client/app/main.tsx", "drizzle-orm/node-postgres"],
  ["src/client/ui/controls/button.tsx", "#core/difference/align.ts"],
  ["src/client/ui/controls/button.tsx", "#contract/step-descriptions/find-step-type.ts"],
  ["src/client/ui/controls/button.tsx", "#client/data/flow-queries.ts"],
  ["src/client/ui/controls/button.tsx", "#client/editor/session/editor-provider.tsx"],
  ["src/client/ui/controls/button.tsx", "@hookform/resolvers/zod"],
  ["src/client/data/queries/flow-queries.ts", "#client/document/saving/save.ts"],
  ["src/client/data/queries/flow-queries.ts", "#client/ui/rows/row.tsx"],
  ["src/client/document/open-flow.ts", "#client/ui/rows/row.tsx"],
  ["src/client/document/open-flow.ts", "#client/flow/run/run-status.tsx"],
  ["src/client/document/open-flow.ts", "@tanstack/react-router"],
  ["src/client/flow/flow-line.tsx", "#client/features/flow-list/list-page.tsx"],
  ["src/client/flow/flow-line.tsx", "#client/app/router/routes.ts"],
  ["src/client/features/flow-list/list-page.tsx", "#client/editor/step-list/row.tsx"],
  ["src/client/editor/shell/header.tsx", "#client/features/records/panel/record-panel.tsx"],
  ["src/client/editor/problems/panel.tsx", "#client/app/router/routes.ts"],
  ["src/client/features/records/panel/record-panel.tsx", "#client/features/flow-list/list-page.tsx"],
  ["src/client/features/sign-in/page.tsx", "#client/app/router/routes.ts"],
  ["src/client/features/not-in-the-table/page.tsx", "#client/features/sign-in/page.tsx"],
  ["src/client/features/flow-list/list-page.tsx", "../records/record-row.tsx"],
  ["src/client/features/flow-list/list-page.tsx", "./rows/../../records/record-row.tsx"],
  ["src/client/ui/controls/button.tsx", "#client/ui/../data/flow-queries.ts"],
  ["e2e/specs/editing.spec.ts", "#client/document/saving/save.ts"],
  ["e2e/specs/editing.spec.ts", "#server/store/sql/tables.ts"],
] as const;

const FORBIDDEN_VALUES = [
  ["src/client/editor/session/selection.ts", "#client/editor/actions/move.ts"],
  ["src/client/editor/actions/move.ts", "#client/editor/step-list/row.tsx"],
  ["src/client/editor/saving/conflict/dialog.tsx", "#client/editor/shell/header.tsx"],
  ["src/client/editor/runs/runs-tab.tsx", "#client/editor/versions/versions-tab.tsx"],
  ["src/server/flows/publish.ts", "#server/http/http-error.ts"],
  ["src/server/runs/dispatch.ts", "#server/http/answer.ts"],
  ["src/server/http/answer.ts", "#server/cloud/upstream.ts"],
  ["src/core/document/step.ts", "#core/commands/edit-command.ts"],
] as const;

const ALLOWED = [
  ["src/core/document.ts", "#core/merge/merge.ts"],
  ["src/core/references/read-script.ts", "acorn"],
  ["src/core/document.test.ts", "#core/testing/flow-builder.ts"],
  ["src/core/merge/merge.property.test.ts", "fast-check"],
  ["src/core/testing/arbitrary-flow.ts", "fast-check"],
  ["src/contract/flow.ts", "zod/mini"],
  ["src/contract/flow.ts", "#core/flow.ts"],
  ["src/server/http/app.ts", "node:fs/promises"],
  ["src/server/http/app.ts", "#contract/step-descriptions/find-step-type.ts"],
  ["src/server/http/app.test.ts", "#server/testing/test-app.ts"],
  ["src/client/app/main.tsx", "#client/features/flow-list/list-page.tsx"],
  ["src/client/ui/controls/button.tsx", "#client/ui/rows/row.tsx"],
  ["src/client/ui/controls/button.tsx", "./rows/row.tsx"],
  ["src/client/document/open-flow.ts", "#client/data/flow-queries.ts"],
  ["src/client/flow/flow-line.tsx", "#core/difference/align.ts"],
  ["src/client/editor/shell/header.tsx", "#client/editor/step-list/row.tsx"],
  ["e2e/specs/editing.spec.ts", "#core/testing/flow-builder.ts"],
  ["e2e/bench/runs.ts", "#server/testing/postgres-server.ts"],
] as const;

const IMPORT_SYNTAXES: readonly ((specifier: string) => string)[] = [
  (specifier) => `import { value } from "${specifier}";\nexport const used = value;\n`,
  (specifier) => `import type { Value } from "${specifier}";\nexport type Used = Value;\n`,
  (specifier) => `export * from "${specifier}";\n`,
  (specifier) => `import "${specifier}";\n`,
  (specifier) => `export const load = () => import("${specifier}");\n`,
  (specifier) => `export type Used = import("${specifier}").Value;\n`,
];

const TYPE_IMPORTS: readonly number[] = [1, 5];

/**
 * The imports that lint rejects, as texts of `nameImport`. The tests look up each import here instead of starting
 * lint once per import.
 */
let refused: ReadonlySet<string | undefined>;

const nameImport = ([file, specifier]: readonly [string, string], syntax: number) =>
  `${file}: ${specifier}, syntax ${syntax + 1}`;

beforeAll(async () => {
  const files = new Map<string, string>();
  const names = new Map<string, string>();
  for (const [index, entry] of [...FORBIDDEN, ...FORBIDDEN_VALUES, ...ALLOWED].entries()) {
    const [file, specifier] = entry;
    for (const [syntax, write] of IMPORT_SYNTAXES.entries()) {
      const ending = /(?:\.property)?\.(?:test|spec)\.tsx?$|\.tsx?$/.exec(file)?.[0] ?? "";
      const path = `${file.slice(0, -ending.length)}-${index}-${syntax}${ending}`;
      files.set(path, write(specifier));
      names.set(path, nameImport(entry, syntax));
    }
  }
  const found = (await lintFiles(files)).filter(({ rule }) => rule === "layers(allowed-imports)");
  refused = new Set(found.map(({ filename }) => names.get(filename)));
});

const nameInEverySyntax = (entries: readonly (readonly [string, string])[]) =>
  entries.flatMap((entry) => IMPORT_SYNTAXES.map((_, syntax) => nameImport(entry, syntax)));

test("lint rejects every import that a layer forbids, in every syntax", () => {
  expect(nameInEverySyntax(FORBIDDEN).filter((name) => !refused.has(name))).toEqual([]);
});

test("lint rejects importing values from an editor folder that the table does not allow, but allows types", () => {
  const isRefused = FORBIDDEN_VALUES.map((entry) =>
    IMPORT_SYNTAXES.map((_, syntax) => refused.has(nameImport(entry, syntax))),
  );
  expect(isRefused).toEqual(
    FORBIDDEN_VALUES.map(() => IMPORT_SYNTAXES.map((_, syntax) => !TYPE_IMPORTS.includes(syntax))),
  );
});

test("the table lists every folder of the editor, in an order without import cycles", async () => {
  const listed = Object.keys(ALLOWED_EDITOR_FOLDER_IMPORTS);
  const folders = await readdir(join(root, "src", "client", "editor"), { withFileTypes: true });
  expect(folders.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).toSorted()).toEqual(
    listed.toSorted(),
  );
  // Checks that each folder imports values only from folders above it in the table, so that imports between folders
  // cannot form a cycle.
  for (const [index, name] of listed.entries())
    expect(listed.slice(0, index)).toEqual(
      expect.arrayContaining([...(ALLOWED_EDITOR_FOLDER_IMPORTS[name] ?? [])]),
    );
});

test("lint allows the imports that the table of layers allows", () => {
  expect(nameInEverySyntax(ALLOWED).filter((name) => refused.has(name))).toEqual([]);
});

test("the table of layers names each dependency once", async () => {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  ) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  // A production install needs only the packages of the server, because the client's build contains its own packages.
  const installed = [...SERVER_NPM_PACKAGES, ...SHARED_NPM_PACKAGES];
  expect(Object.keys(dependencies).filter((name) => !installed.includes(name))).toEqual([]);
  const known = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  expect([...CLIENT_NPM_PACKAGES, ...installed].filter((name) => !known.has(name))).toEqual([]);
  expect(CLIENT_NPM_PACKAGES.filter((name) => name in dependencies)).toEqual([]);
});
