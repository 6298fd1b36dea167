import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..", "..", "src");

/**
 * Maximum number of files in an import cycle. A reader must read all files of a cycle together, and cannot see where to
 * start in a larger one.
 */
const MOST_FILES = 3;

type ImportGraph = ReadonlyMap<string, readonly string[]>;

function readImports(): ImportGraph {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[jt]sx?$/.test(name) && !/\.test\.|(?:^|[/\\])testing[/\\]/.test(name))
    .map((name) => join(source, name));
  const resolveFrom = (file: string, specifier: string) =>
    specifier.startsWith("#") ? join(source, specifier.slice(1)) : resolve(dirname(file), specifier);
  return new Map(
    files.map((file) => {
      const imports = readFileSync(file, "utf8").matchAll(/^(?:.*\bfrom|import) "([#.][^"]+)";/gm);
      return [file, [...imports].map(([, specifier = ""]) => resolveFrom(file, specifier))];
    }),
  );
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

test("no more than three files import each other in a cycle, types included", () => {
  const graph = readImports();
  expect(graph.size).toBeGreaterThan(500);
  expect([...graph.values()].flat().filter((file) => graph.has(file)).length).toBeGreaterThan(2_000);
  const large = findCycles(graph).filter((files) => files.length > MOST_FILES);
  const pathOf = (file: string) => relative(source, file).replaceAll(sep, "/");
  expect(large.map((files) => files.map(pathOf).toSorted())).toEqual([]);
});
