// The rule keeps Node out of the browser's code; this test runs on Node, and vitest empties imported stylesheets.
// oxlint-disable-next-line no-restricted-imports
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Oklch = readonly [lightness: number, chroma: number, hue: number];

const css = readFileSync(new URL("styles.css", import.meta.url), "utf8");

const grounds = ["canvas", "surface", "raised", "sunken", "hover"];
const families = ["ai", "context", "actions", "records", "replies", "control", "unknown"];
const tones = ["danger", "warning", "success", ...families];
const softs = [...tones, "accent"].map((name) => `${name}-soft`);

describe.each(["light", "dark"])("the %s theme", (theme) => {
  const tokens = readTokens(theme);
  const contrast = (a: string, b: string) => contrastRatio(getToken(tokens, a), getToken(tokens, b));

  it.each([
    ...pairs(["ink"], [...grounds, ...softs]),
    ...pairs(["muted"], [...grounds, ...softs]),
    ...pairs(["faint"], [...grounds, "accent-soft"]),
    ...pairs(["accent", ...tones], grounds),
    ...tones.map((tone) => [tone, `${tone}-soft`] as const),
    ["accent", "accent-soft"] as const,
    ...pairs(["accent-ink"], ["accent", "accent-hover", "danger", "danger-hover"]),
  ])("reads as text: %s on %s", (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(["line-strong", "focus"], grounds))(
    "marks a control or its focus: %s on %s",
    (mark, ground) => {
      expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
    },
  );

  it("can be shown by an sRGB screen without clipping", () => {
    const clipped = [...tokens].filter(([, colour]) =>
      linearRgb(colour).some((v) => v < -0.003 || v > 1.003),
    );
    expect(clipped).toEqual([]);
  });
});

it("defines the same tokens in both themes", () => {
  expect([...readTokens("dark").keys()]).toEqual([...readTokens("light").keys()]);
});

function pairs(texts: readonly string[], grounds: readonly string[]) {
  return texts.flatMap((text) => grounds.map((ground) => [text, ground] as const));
}

function readTokens(theme: string): ReadonlyMap<string, Oklch> {
  const block = new RegExp(`\\[data-theme="${theme}"\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const declarations = block.matchAll(/--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
  return new Map(
    [...declarations].map(([, name = "", l, c, h]) => [name, [Number(l), Number(c), Number(h)] as const]),
  );
}

function getToken(tokens: ReadonlyMap<string, Oklch>, name: string): Oklch {
  const colour = tokens.get(name);
  if (!colour) throw new Error(`no token --${name}`);
  return colour;
}

function contrastRatio(a: Oklch, b: Oklch) {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG relative luminance; the weights apply to linear light, which is what the conversion yields. */
function luminance(colour: Oklch) {
  const [r = 0, g = 0, b = 0] = linearRgb(colour).map((v) => Math.min(1, Math.max(0, v)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** OKLCH to linear sRGB by the matrices of CSS Color 4. */
function linearRgb([lightness, chroma, hue]: Oklch): readonly number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}
