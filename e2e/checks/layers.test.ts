import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainForbiddenImport } from "./layer-imports.mjs";
import {
  CLIENT_NPM_PACKAGES,
  ALLOWED_EDITOR_FOLDER_IMPORTS,
  SERVER_NPM_PACKAGES,
  SHARED_NPM_PACKAGES,
} from "./layers.mjs";

const root = join(import.meta.dirname, "..", "..");

test.each([
  ["src/core/document.ts", "#contract/flow.ts"],
  ["src/core/merge/merge.ts", "node:fs/promises"],
  ["src/core/merge/merge.ts", "zod/mini"],
  ["src/core/merge/merge.ts", "fast-check"],
  ["src/core/merge/merge.ts", "#core/testing/flow-builder.ts"],
  ["src/contract/flow.ts", "#client/ui/button.tsx"],
  ["src/contract/flow.ts", "drizzle-orm/pg-core"],
  ["src/server/http/app.ts", "@tanstack/react-query"],
  ["src/server/http/app.ts", "./testing/test-app.ts"],
  ["src/client/app/main.tsx", "#server/http/app.ts"],
  ["src/client/app/main.tsx", "drizzle-orm/node-postgres"],
  ["src/client/ui/controls/button.tsx", "#core/difference/align.ts"],
  ["src/client/ui/controls/button.tsx", "@hookform/resolvers/zod"],
  ["src/client/data/queries/flow-queries.ts", "#client/document/saving/save.ts"],
  ["src/client/document/open-flow.ts", "#client/flow/run/run-status.tsx"],
  ["src/client/flow/flow-line.tsx", "#client/app/router/routes.ts"],
  ["src/client/editor/shell/header.tsx", "#client/features/records/panel/record-panel.tsx"],
  ["src/client/features/records/panel/record-panel.tsx", "#client/features/flow-list/list-page.tsx"],
  ["src/client/features/not-in-the-table/page.tsx", "#client/features/sign-in/page.tsx"],
  ["src/client/features/flow-list/list-page.tsx", "./rows/../../records/record-row.tsx"],
  ["e2e/specs/editing.spec.ts", "#server/store/sql/tables.ts"],
])("%s may not import %s", (file, specifier) => {
  for (const isType of [false, true])
    expect(explainForbiddenImport(file, specifier, isType)).toEqual(expect.any(String));
});

test.each([
  ["src/client/editor/session/selection.ts", "#client/editor/actions/move.ts"],
  ["src/server/http/answer.ts", "#server/cloud/upstream.ts"],
  ["src/core/document/step.ts", "#core/commands/edit-command.ts"],
])("%s may import only types of %s", (file, specifier) => {
  expect(explainForbiddenImport(file, specifier, false)).toEqual(expect.any(String));
  expect(explainForbiddenImport(file, specifier, true)).toBeUndefined();
});

test.each([
  ["src/core/references/read-script.ts", "acorn"],
  ["src/core/merge/merge.property.test.ts", "fast-check"],
  ["src/core/document.test.ts", "#core/testing/flow-builder.ts"],
  ["src/server/http/app.ts", "node:fs/promises"],
  ["src/client/app/main.tsx", "#client/features/flow-list/list-page.tsx"],
  ["src/client/ui/controls/button.tsx", "./rows/row.tsx"],
  ["src/client/editor/shell/header.tsx", "#client/editor/step-list/row.tsx"],
  ["e2e/bench/runs.ts", "#server/testing/postgres-server.ts"],
])("%s may import %s", (file, specifier) => {
  expect(explainForbiddenImport(file, specifier, false)).toBeUndefined();
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
