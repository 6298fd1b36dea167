import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED_USES_OF_AVOIDED_TERMS, FOLDERS_WITH_CHECKED_TERMS, AVOIDED_TERMS } from "./glossary.ts";
import {
  type GlossaryCheckedText,
  extractGlossaryCheckedTextsFromMarkdown,
  extractGlossaryCheckedTextsFromSource,
  splitIntoLowerCaseWords,
} from "./read-words.ts";

const root = join(import.meta.dirname, "..", "..");

const bounded = (pattern: string) => new RegExp(`(?<= |^)(?:${pattern})(?= |$)`, "g");
const exceptions = ALLOWED_USES_OF_AVOIDED_TERMS.map(({ pattern }) => bounded(pattern));
const terms = AVOIDED_TERMS.map(({ pattern, instead }) => ({ pattern: bounded(pattern), instead }));

const foundTerms = new Map<string, readonly string[]>();

/** Finds the avoided terms in a text. Keeps the results, because the same names occur in many files. */
function findTerms(text: string): readonly string[] {
  const found = foundTerms.get(text) ?? findTermsInWords(text);
  foundTerms.set(text, found);
  return found;
}

function findTermsInWords(text: string): readonly string[] {
  const words = exceptions.reduce(
    (rest, pattern) => rest.replaceAll(pattern, ""),
    splitIntoLowerCaseWords(text),
  );
  return terms.flatMap(({ pattern, instead }) =>
    [...words.matchAll(pattern)].map(([word]) => `“${word}” (instead: ${instead})`),
  );
}

/**
 * Checks the length and the first word of a comment. Does not count lines of lists, which may describe parameters or
 * errors.
 */
function findCommentFaults(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^\s*(?:[-@]|\d\.)/.test(line));
  const faults: string[] = [];
  const isTagged = /^@/m.test(text);
  if (lines.length > 3 && !isTagged) faults.push(`has ${lines.length} lines (at most 3)`);
  const opening = /^(?:What|Who|Whoever|Whose|That|Those|Of)\b/.exec(text);
  if (opening) faults.push(`begins with “${opening[0]}”`);
  return faults;
}

function findFaults(passages: readonly GlossaryCheckedText[]): readonly string[] {
  return passages.flatMap(({ kind, line, text }) =>
    [...findTerms(text), ...(kind === "comment" ? findCommentFaults(text) : [])].map(
      (fault) => `${line}: ${kind} ${fault}`,
    ),
  );
}

function checkFile(path: string): readonly string[] {
  const ofName = findTerms(path).map((fault) => `${path}: file name ${fault}`);
  const isSource = /\.(?:ts|tsx|mjs|js)$/.test(path);
  if (!isSource && !path.endsWith(".md")) return ofName;
  const text = readFileSync(join(root, path), "utf8");
  const passages = isSource
    ? extractGlossaryCheckedTextsFromSource(path, text)
    : extractGlossaryCheckedTextsFromMarkdown(text);
  return [...ofName, ...findFaults(passages).map((fault) => `${path}:${fault}`)];
}

describe("the language of the sources", () => {
  it.each(FOLDERS_WITH_CHECKED_TERMS)(
    "%s uses the standard terms, and its comments have at most three lines",
    (folder) => {
      const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .map((name) => `${folder}/${name.replaceAll(sep, "/")}`)
        .toSorted();
      expect(paths.length).toBeGreaterThan(0);
      expect(paths.flatMap(checkFile)).toEqual([]);
    },
  );

  it("is checked in the build's configuration", () => {
    expect(checkFile("vite.config.ts")).toEqual([]);
  });

  const faultsOf = (source: string, path = "sample.tsx") =>
    findFaults(extractGlossaryCheckedTextsFromSource(path, source));

  it("is checked in names, comments and test titles", () => {
    expect(faultsOf("const onNews = 1;")).toHaveLength(1);
    expect(faultsOf("class A { #tellAll() {} }")).toHaveLength(1);
    expect(faultsOf("interface A { readonly standOn: string }")).toHaveLength(1);
    expect(faultsOf("// One line,\n// and what somebody is told.")).toHaveLength(2);
    expect(faultsOf("/** Waits for the verdict. */\nconst a = <p>{/* mends */}</p>;")).toHaveLength(2);
    expect(faultsOf('it("is told", () => {});')).toHaveLength(1);
    expect(faultsOf("test.skipIf(a).each([1])(`settles ${b}`, () => {});")).toHaveLength(1);
    expect(findFaults(extractGlossaryCheckedTextsFromMarkdown("# The desk\n\nIt mends."))).toHaveLength(2);
    expect(findTerms("src/client/sign-in-news.ts")).toHaveLength(1);
  });

  it("is not checked in interface texts and in names from libraries", () => {
    expect(faultsOf('const a = <p title="Whoever">Nobody saved</p>; say("told");')).toEqual([]);
    expect(faultsOf("// Shows “Somebody else saved this flow”.")).toEqual([]);
    expect(faultsOf("await Promise.allSettled([]);")).toEqual([]);
    expect(faultsOf("const newStep = 1; const whole = mendacious;")).toEqual([]);
  });

  it("allows comments of three lines, without counting lists in them", () => {
    expect(faultsOf("/**\n * One.\n * Two.\n * Three.\n */")).toEqual([]);
    expect(faultsOf("/**\n * One.\n * Two.\n * Three.\n * Four.\n */")).toHaveLength(1);
    expect(faultsOf("// One.\n// Two.\n// Three.\n// Four.")).toHaveLength(1);
    expect(faultsOf("/**\n * Throws:\n * - a\n * - b\n * - c\n * - d\n */")).toEqual([]);
    expect(faultsOf("// Of these, the last.")).toHaveLength(1);
  });
});
