import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/**
 * Maximum number of files in an import cycle of types. A reader must read all files of a cycle together, and cannot see
 * where to start in a larger one.
 */
const MOST_FILES = 3;

type ImportGraph = ReadonlyMap<string, readonly string[]>;

interface Imports {
  readonly values: readonly string[];
  readonly types: readonly string[];
  /** Files that are loaded by `import()`. */
  readonly lazy: readonly string[];
}

function readImports(): ReadonlyMap<string, Imports> {
  const files = ["src", "e2e"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:m?[jt]s|tsx)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  return new Map(files.map((file) => [file, findImports(file, readFileSync(file, "utf8"))]));
}

function findImports(file: string, source: string): Imports {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, source).module;
  const found = { values: new Set<string>(), types: new Set<string>(), lazy: new Set<string>() };
  const add = (specifier: string, kind: keyof Imports) => {
    const folder = specifier.startsWith("#e2e/") ? root : join(root, "src");
    if (specifier.startsWith("#")) found[kind].add(join(folder, specifier.slice(1)));
    if (specifier.startsWith(".")) found[kind].add(resolve(dirname(file), specifier));
  };
  for (const { moduleRequest, entries } of staticImports) {
    const isType = entries.length > 0 && entries.every((entry) => entry.isType);
    add(moduleRequest.value, isType ? "types" : "values");
  }
  for (const { moduleRequest, isType } of staticExports.flatMap(({ entries }) => entries))
    if (moduleRequest) add(moduleRequest.value, isType ? "types" : "values");
  for (const { moduleRequest } of dynamicImports)
    add(source.slice(moduleRequest.start, moduleRequest.end).replaceAll(/["'`]/g, ""), "lazy");
  return { values: [...found.values], types: [...found.types], lazy: [...found.lazy] };
}

/** Finds the strongly connected components of more than one file with Tarjan's algorithm. */
function findCycles(graph: ImportGraph): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  // Returns the lowest number of a file that is reachable from `file` and belongs to an unfinished component.
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    open.push(file);
    let lowest = number;
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (open.includes(next)) lowest = Math.min(lowest, order.get(next) ?? lowest);
    }
    if (lowest === number) {
      const component = open.splice(open.indexOf(file));
      if (component.length > 1) cycles.push(component);
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

test("finds a cycle of four files, and none in a chain", () => {
  const cycle = { a: ["b"], b: ["c", "e"], c: ["d"], d: ["a"], e: ["f"], f: [] };
  expect(findCycles(new Map(Object.entries(cycle)))).toEqual([["a", "b", "c", "d"]]);
  expect(findCycles(new Map(Object.entries({ ...cycle, d: ["f"] })))).toEqual([]);
});

const isProduction = (file: string) =>
  file.startsWith(join(root, "src")) && !/\.test\.|[/\\]testing[/\\]/.test(file);

const listCycles = (graph: ImportGraph) =>
  findCycles(graph).map((files) => files.map((file) => relative(root, file).replaceAll(sep, "/")).toSorted());

describe("the sources", () => {
  const imports = readImports();

  test("have no import cycle of values, whether by import or by import()", () => {
    const graph = new Map([...imports].map(([file, { values, lazy }]) => [file, [...values, ...lazy]]));
    expect(graph.size).toBeGreaterThan(1_500);
    expect([...graph.values()].flat().filter((file) => graph.has(file)).length).toBeGreaterThan(6_000);
    expect(listCycles(graph)).toEqual([]);
  });

  test("have no cycle of more than three files that import types or values of each other", () => {
    const production = [...imports].filter(([file]) => isProduction(file));
    const graph = new Map(production.map(([file, { values, types }]) => [file, [...values, ...types]]));
    expect(graph.size).toBeGreaterThan(500);
    expect(listCycles(graph).filter((files) => files.length > MOST_FILES)).toEqual([]);
  });
});

test("finds values and types of imports, re-exports and import()", () => {
  const source = `
    import type { A } from "./a.ts";
    import { type B, b } from "#client/b.ts";
    import { type C } from "#e2e/c.ts";
    import "./d.ts";
    export { e } from "./e.ts";
    export type { F } from "./f.ts";
    const load = () => import("./g.ts");
    import { test } from "vitest";`;
  expect(findImports(join(root, "src", "x.ts"), source)).toEqual({
    values: ["src/client/b.ts", "src/d.ts", "src/e.ts"].map((name) => join(root, name)),
    types: ["src/a.ts", "e2e/c.ts", "src/f.ts"].map((name) => join(root, name)),
    lazy: [join(root, "src", "g.ts")],
  });
});
