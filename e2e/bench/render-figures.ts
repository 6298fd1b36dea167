import type { Figure, FiguresById } from "./figures.ts";

const BAR_LEFT = 312;
/** Width of the bar of one tenfold: the bars have a logarithmic scale, because the ratios differ by two powers of ten. */
const TENFOLD = 68;
const PAIR_HEIGHT = 62;

export function renderFigureTable(figures: FiguresById): string {
  const rows = Object.values(figures).map((figure) => [
    figure.what,
    formatValue(figure, figure.value) + (hasMissedAim(figure) ? ", **missed**" : ""),
    formatAim(figure),
    figure.date,
  ]);
  return [["what", "figure", "aim", "date"], Array<string>(4).fill("---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Draws the figures that have a peer as pairs of bars. */
export function renderComparison(figures: FiguresById): string {
  const pairs = Object.values(figures).flatMap(({ peer, ...figure }) => (peer ? [{ figure, peer }] : []));
  const bars = pairs.flatMap(({ figure, peer }, index) => {
    const top = 14 + index * PAIR_HEIGHT;
    return [
      `<text x="0" y="${top + 14}" font-weight="600">${figure.what}</text>`,
      ...drawBar(top, { name: "Flowline", color: "#4f46e5", figure, value: peer.ours }),
      ...drawBar(top + 22, { name: peer.name, color: "#9ca3af", figure, value: peer.value }),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 0 860 ${pairs.length * PAIR_HEIGHT + 12}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect x="-12" width="860" height="100%" fill="#fff"/>`,
    ...bars,
    "</svg>\n",
  ].join("\n");
}

interface Bar {
  readonly name: string;
  readonly color: string;
  readonly figure: Figure;
  readonly value: number;
}

function drawBar(top: number, { name, color, figure, value }: Bar): readonly string[] {
  const width = Math.round(Math.log10(1 + value) * TENFOLD);
  return [
    `<rect x="${BAR_LEFT}" y="${top}" width="${width}" height="18" rx="3" fill="${color}"/>`,
    `<text x="${BAR_LEFT + width + 8}" y="${top + 14}">${formatValue(figure, value)} · ${name}</text>`,
  ];
}

function hasMissedAim({ value, atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Figure): boolean {
  return value > atMost || value < atLeast;
}

function formatAim(figure: Figure): string {
  if (figure.atMost !== undefined) return `≤ ${formatValue(figure, figure.atMost)}`;
  return figure.atLeast === undefined ? "" : `≥ ${formatValue(figure, figure.atLeast)}`;
}

const formatValue = ({ unit = "" }: Figure, value: number) => `${value.toLocaleString("en")} ${unit}`.trim();
