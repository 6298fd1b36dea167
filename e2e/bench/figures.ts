import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeProcessors } from "./machine.ts";
import { renderComparison, renderFigureTable } from "./render-figures.ts";

/** A figure of the README. The measurement replaces the value, the machine and the date; the rest is written by hand. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** The same of another product, and of Flowline, measured together; the value above changes without the peer's. */
  readonly peer?: { readonly name: string; readonly value: number; readonly ours: number };
  readonly machine: string;
  readonly date: string;
}

export type FiguresById = Readonly<Record<string, Figure>>;

const FIGURES = join(import.meta.dirname, "figures.json");
const README = join(import.meta.dirname, "README.md");
const COMPARISON = join(import.meta.dirname, "comparison.svg");
const TABLE = /(?<=<!-- prettier-ignore-start -->\n)[^]*?(?=\n<!-- prettier-ignore-end -->)/;

/** Replaces the values of figures, each by its id in `figures.json`, if SAVE_FIGURES is 1. */
export async function saveFigures(values: Readonly<Record<string, number>>): Promise<void> {
  if (process.env["SAVE_FIGURES"] !== "1") return;
  const figures: Record<string, Figure> = { ...(await readFigures()) };
  const measured = { machine: describeProcessors(), date: new Date().toISOString().slice(0, 10) };
  for (const [id, value] of Object.entries(values)) {
    const figure = figures[id];
    if (!figure) throw new Error(`figures.json has no ${id}.`);
    figures[id] = { ...figure, value: Number(value.toPrecision(4)), ...measured };
  }
  await writeFile(FIGURES, `${JSON.stringify(figures, undefined, 2)}\n`);
  await measure();
}

/** Writes the table of the README and the picture from `figures.json`; use it after editing that file by hand. */
export async function measure(): Promise<void> {
  for (const [path, text] of await renderFigureFiles()) await writeFile(path, text);
}

/** Returns the path and the text of each file that shows figures. */
export async function renderFigureFiles(): Promise<readonly (readonly [path: string, text: string])[]> {
  const figures = await readFigures();
  const readme = await readFile(README, "utf8");
  return [
    [README, readme.replace(TABLE, () => renderFigureTable(figures))],
    [COMPARISON, renderComparison(figures)],
  ];
}

export async function readFigures(): Promise<FiguresById> {
  return JSON.parse(await readFile(FIGURES, "utf8")) as FiguresById;
}
