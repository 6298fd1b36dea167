import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type SyntaxNode,
  createLookupOfLineNumberByOffset,
  isSyntaxNode,
  parseSource,
} from "./parse-source.ts";

const root = join(import.meta.dirname, "..", "..");

/**
 * Maximum levels of nested conditional operators, because readers lose track of more; `a ? b : c ? d : e` has two.
 */
const MOST_LEVELS = 2;

function findTooDeep(path: string, source: string): readonly number[] {
  const lineAt = createLookupOfLineNumberByOffset(source);
  const lines: number[] = [];
  const visit = (node: SyntaxNode, outerLevel: number) => {
    const level = levelOf(node, outerLevel);
    if (level > MOST_LEVELS && outerLevel === MOST_LEVELS) lines.push(lineAt(node.start));
    for (const child of Object.values(node).flat()) if (isSyntaxNode(child)) visit(child, level);
  };
  visit(parseSource(path, source).program, 0);
  return lines;
}

function levelOf({ type }: SyntaxNode, outerLevel: number): number {
  if (type === "ConditionalExpression") return outerLevel + 1;
  return /Function/.test(type) || type === "ClassBody" ? 0 : outerLevel;
}

describe("conditional expressions", () => {
  it.each(["src", "e2e"])("nest at most two levels in %s", (folder) => {
    const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll(sep, "/")}`)
      .filter((path) => /\.(?:ts|tsx|mjs)$/.test(path))
      .toSorted();
    expect(paths.length).toBeGreaterThan(0);
    const found = paths.flatMap((path) =>
      findTooDeep(path, readFileSync(join(root, path), "utf8")).map((line) => `${path}:${line}`),
    );
    expect(found).toEqual([]);
  });

  const linesOf = (source: string) => findTooDeep("sample.tsx", source);

  it("are reported if nested three levels deep, also in JSX and in arguments", () => {
    expect(linesOf("const x =\n  a ? b :\n  c ? d :\n  e ? f : g;")).toEqual([4]);
    expect(linesOf("const x = (a ? (b ? (c ? 1 : 2) : 3) : 4);")).toEqual([1]);
    expect(linesOf("const x = a ? <A>{b ? <B c={c ? 1 : 2} /> : null}</A> : null;")).toEqual([1]);
    expect(linesOf("const x = a ? call(b ? (c ? 1 : 2) : 3) : 4;")).toEqual([1]);
  });

  it("may be nested two levels deep, counted anew inside a function", () => {
    expect(linesOf("const x = a ? b : c ? d : e;")).toEqual([]);
    expect(linesOf("const x = a ? b : c ? list.map((d) => (d ? 1 : 2)) : e;")).toEqual([]);
    expect(linesOf("type X = A extends B ? C : D extends E ? F : G extends H ? I : J;")).toEqual([]);
  });
});
