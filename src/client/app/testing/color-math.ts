export type OklchColor = readonly [lightness: number, chroma: number, hue: number];

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

export type ColorVisionType = "normal" | "protanopia" | "deuteranopia";

/** Converts OKLCH to linear sRGB with the matrices of CSS Color 4; values outside 0 to 1 are outside the gamut. */
export function convertOklchToLinearRgb([lightness, chroma, hue]: OklchColor): Vector {
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

/** Returns the contrast ratio of WCAG 2, from 1 to 21. */
export function computeContrastRatio(a: OklchColor, b: OklchColor): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * Returns the distance of two colors in OKLab times 100, as seen with the given color vision. About 2 is just
 * noticeable side by side.
 */
export function computePerceivedColorDistance(a: OklchColor, b: OklchColor, vision: ColorVisionType): number {
  const [p, q] = [a, b].map((color) =>
    toOklab(multiply(simulations[vision], clip(convertOklchToLinearRgb(color)))),
  );
  return p && q ? 100 * Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) : Number.NaN;
}

/**
 * Matrices that simulate complete color blindness (severity 1) on linear sRGB, from Machado, Oliveira and Fernandes
 * 2009.
 */
const simulations: Readonly<Record<ColorVisionType, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const rgbToLms: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];

const lmsToLab: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

function luminance(color: OklchColor): number {
  const [r, g, b] = clip(convertOklchToLinearRgb(color));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function toOklab(rgb: Vector): Vector {
  const [l, m, s] = multiply(rgbToLms, clip(rgb));
  return multiply(lmsToLab, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function clip([r, g, b]: Vector): Vector {
  const limit = (value: number) => Math.min(1, Math.max(0, value));
  return [limit(r), limit(g), limit(b)];
}

function multiply([top, middle, bottom]: Matrix, vector: Vector): Vector {
  const product = (row: Vector) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2];
  return [product(top), product(middle), product(bottom)];
}
