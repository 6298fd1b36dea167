import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { saveFigures } from "./figures.ts";

interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}
export type Manifest = Readonly<Record<string, Chunk>>;

const CLIENT = "dist/client";
/** Name of the file of all modules that every page loads first. */
const START = "start";
const EDITOR = "src/client/editor/shell/flow-editor-page.tsx";
/** The other tabs of the editor. */
const VIEWS = {
  runs: "src/client/editor/runs/runs-tab.tsx",
  versions: "src/client/editor/versions/versions-tab.tsx",
  json: "src/client/editor/json-tab/json-tab.tsx",
};

/**
 * A word that occurs only in the code of the step descriptions. The measurement fails if the flow list loads a file
 * with this word, because the list shows no step descriptions.
 */
const DESCRIPTIONS_WORD = "thinkingBudget";

/**
 * Prints the size of the JavaScript that each route loads before its first row is shown; fails if a budget is exceeded.
 */
export async function measure(): Promise<void> {
  const manifest: Manifest = JSON.parse(await readFile(join(CLIENT, ".vite/manifest.json"), "utf8"));
  const budgets: Record<string, { gzip: number }> = JSON.parse(
    await readFile("e2e/bench/budgets.json", "utf8"),
  );
  const list = closure(manifest, findStart(manifest));
  const listBeside = (module: string) => {
    if (!manifest[module]) throw new Error(`The build has no ${module}.`);
    return closure(manifest, module).filter((file) => !list.includes(file));
  };
  const editor = listBeside(EDITOR);
  const views = Object.fromEntries(Object.entries(VIEWS).map(([view, module]) => [view, listBeside(module)]));
  const lazy = Object.values(manifest)
    .map((chunk) => chunk.file)
    .filter((file) => file.endsWith(".js") && !list.includes(file) && !editor.includes(file));
  const page = await readFile(join(CLIENT, "index.html"), "utf8");
  const blocking = [...page.matchAll(/<script[^>]* src="\/([^"]+)"/g)]
    .map(([, file = ""]) => file)
    .filter((file) => !list.includes(file));

  let isOver = false;
  console.log("JavaScript before the first row shows (bytes):");
  const routes = {
    list: [...blocking, ...list],
    editor,
    ...views,
    "later, when asked for": [...new Set(lazy)],
  };
  for (const [route, files] of Object.entries(routes)) {
    const sizes = await sizesOf(files);
    const budget = budgets[route]?.gzip;
    if (route === "list" || route === "editor")
      await saveFigures({ [`bundle-${route}`]: sizes.gzip / 1_000 });
    const impact =
      budget === undefined ? "" : `  of ${format(budget)} gzip${sizes.gzip > budget ? "  OVER BUDGET" : ""}`;
    isOver ||= budget !== undefined && sizes.gzip > budget;
    console.log(
      `  ${route.padEnd(24)}${files.length} files  ${format(sizes.raw)} raw  ${format(sizes.gzip)} gzip  ${format(sizes.brotli)} brotli${impact}`,
    );
  }
  const isInList = await holdsWord(list, DESCRIPTIONS_WORD);
  if (isInList) console.log("  The list loads the step descriptions, which it has no use for.");
  if (!isInList && !(await holdsWord([...editor, ...lazy], DESCRIPTIONS_WORD))) {
    throw new Error(`No file holds ${DESCRIPTIONS_WORD}: pick another word of the step descriptions.`);
  }
  if (isOver || isInList) process.exitCode = 1;
}

export function findStart(manifest: Manifest): string {
  const start = Object.keys(manifest).find((module) => manifest[module]?.name === START);
  if (start === undefined) throw new Error(`The build has no file “${START}”.`);
  return start;
}

async function holdsWord(files: readonly string[], word: string): Promise<boolean> {
  const texts = await Promise.all(files.map((file) => readFile(join(CLIENT, file), "utf8")));
  return texts.some((text) => text.includes(word));
}

/**
 * Returns the file of a module and all files that it imports statically, which the browser loads before running the
 * module.
 */
export function closure(manifest: Manifest, start: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (name: string) => {
    const chunk = manifest[name];
    if (!chunk || seen.has(chunk.file)) return;
    seen.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  visit(start);
  return [...seen].filter((file) => file.endsWith(".js"));
}

async function sizesOf(files: readonly string[]) {
  const sizes = { raw: 0, gzip: 0, brotli: 0 };
  for (const file of files) {
    const text = await readFile(join(CLIENT, file));
    sizes.raw += text.length;
    sizes.gzip += gzipSync(text, { level: 9 }).length;
    sizes.brotli += brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
  return sizes;
}

const format = (bytes: number) => bytes.toLocaleString("en");
