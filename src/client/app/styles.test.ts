// Reads the file with Node, because vitest replaces imported stylesheets with empty modules.
// oxlint-disable-next-line layers/allowed-imports
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type ColorVisionType,
  type OklchColor,
  computePerceivedColorDistance,
  computeContrastRatio,
  convertOklchToLinearRgb,
} from "./testing/color-math.ts";

const css = readFileSync(new URL("styles.css", import.meta.url), "utf8");

it("selects nothing by what is anywhere on a page, for which each insertion would restyle its ancestors", () => {
  const printed = css.indexOf("@media print");
  const styled = css.slice(0, printed) + css.slice(css.indexOf("\n}\n", printed));
  // Evaluated only while a dialog is open.
  const selectors = styled.replaceAll("body[data-scroll-locked]:not(:has", "");
  expect(selectors.match(/(?:html|body|:root)\S*:has\(/g)).toBeNull();
});

const grounds = ["canvas", "surface", "raised", "sunken", "hover"];
const families = ["ai", "context", "actions", "records", "replies", "control", "unknown"];
const signals = ["danger", "warning", "success"];
const tones = [...signals, ...families];
const softs = [...tones, "accent"].map((name) => `${name}-soft`);
/** Colors of hairlines between areas that also differ in another way, so WCAG 1.4.11 requires no contrast. */
const decorative = ["line"];

const textPairs = [
  ...pairs(["ink", "muted"], [...grounds, ...softs]),
  ...pairs(["faint", ...signals], [...grounds, "accent-soft"]),
  ...pairs(["accent", ...families], grounds),
  ...[...tones, "accent"].map((tone) => [tone, `${tone}-soft`] as const),
  ...pairs(["accent-ink"], ["accent", "accent-hover", "danger", "danger-hover", "faint"]),
];
const controlPairs = [
  ...pairs(["line-strong", "focus"], [...grounds, "accent-soft"]),
  // Lists three graphics, each color with its background: the bar of a selected row, a switch that is on, and the
  // bars of a run.
  ...pairs(["accent", "faint"], ["accent-soft", "sunken"]),
];

const visions = ["normal", "protanopia", "deuteranopia"] as const;
const leastDistance: Readonly<Record<ColorVisionType, number>> = {
  normal: 8,
  protanopia: 5,
  deuteranopia: 5,
};
const tonePairs = tones.flatMap((tone, index) =>
  tones.slice(index + 1).map((other) => [tone, other] as const),
);

describe.each(["light", "dark"])("the %s theme", (theme) => {
  const tokens = readTokens(theme);
  const contrast = (a: string, b: string) => computeContrastRatio(getToken(tokens, a), getToken(tokens, b));
  const distance = (a: string, b: string, vision: ColorVisionType) =>
    computePerceivedColorDistance(getToken(tokens, a), getToken(tokens, b), vision);

  it.each(textPairs)("has enough contrast for text: %s on %s", (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(controlPairs)("has enough contrast for controls and focus rings: %s on %s", (mark, ground) => {
    expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
  });

  it.each(visions)("has families and signals that differ in color with %s vision", (vision) => {
    const close = tonePairs.filter(([a, b]) => distance(a, b, vision) < leastDistance[vision]);
    expect(close).toEqual([]);
  });

  it("has a color of the Actions family that clearly differs from the color of failures", () => {
    const [, , danger] = getToken(tokens, "danger");
    const [, , actions] = getToken(tokens, "actions");
    expect((danger - actions + 360) % 360).toBeGreaterThanOrEqual(35);
    expect(distance("danger", "actions", "normal")).toBeGreaterThanOrEqual(12);
  });

  it("uses only colors within the sRGB gamut", () => {
    const clipped = [...tokens].filter(([, color]) =>
      convertOklchToLinearRgb(color).some((v) => v < -0.003 || v > 1.003),
    );
    expect(clipped).toEqual([]);
  });

  it("has no color without a contrast check", () => {
    const checked = new Set([...textPairs, ...controlPairs].flat());
    expect([...tokens.keys()].filter((name) => !checked.has(name))).toEqual(decorative);
  });
});

it("both themes define the same tokens", () => {
  expect([...readTokens("dark").keys()]).toEqual([...readTokens("light").keys()]);
});

function pairs(texts: readonly string[], grounds: readonly string[]) {
  return texts.flatMap((text) => grounds.map((ground) => [text, ground] as const));
}

function readTokens(theme: string): ReadonlyMap<string, OklchColor> {
  const block = new RegExp(`\\[data-theme="${theme}"\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const declarations = block.matchAll(/(?<=\s)--(\w[\w-]*):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
  return new Map(
    [...declarations].map(([, name = "", l, c, h]) => [name, [Number(l), Number(c), Number(h)] as const]),
  );
}

function getToken(tokens: ReadonlyMap<string, OklchColor>, name: string): OklchColor {
  const color = tokens.get(name);
  if (!color) throw new Error(`no token --${name}`);
  return color;
}
