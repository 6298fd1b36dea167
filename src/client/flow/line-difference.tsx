import { useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { familyColours } from "./family-colours.ts";
import { type Station, listStations } from "./list-stations.ts";

type LineDifferenceProps = { readonly before: FlowDocument; readonly after: FlowDocument };

const PITCH = 22;
const RADIUS = 5.5;
const HEIGHT = 52;
const MIDDLE = 34;
const INSET = 12;
/** What is past this is in the words below. */
const MAX_STATIONS = 120;

/**
 * The flow's line as it will be, with what it was as ghosts: a hop leads from where a step stood to where it goes, a ring
 * is a new step, a cross one that goes. Decorative: the list of changes says all of it in words.
 */
export function LineDifference({ before, after }: LineDifferenceProps) {
  const stations = useMemo(() => listStations(before, after).slice(0, MAX_STATIONS), [before, after]);
  if (stations.length === 0) return null;
  const x = (index: number) => INSET + index * PITCH;
  const width = x(stations.length - 1) + INSET;
  const hops = stations.flatMap((station, to) => {
    if (station.mark !== "moved") return [];
    const from = stations.findIndex((other) => other.mark === "left" && other.key === station.key);
    return from < 0 ? [] : [{ key: station.key, from: x(from), to: x(to) }];
  });
  return (
    <div aria-hidden="true" className="overflow-x-auto rounded-md border border-line bg-sunken px-1 py-0.5">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} className="block">
        <path
          d={`M${INSET} ${MIDDLE}H${width - INSET}`}
          className="fill-none stroke-line-strong"
          strokeWidth={1.5}
        />
        {hops.map(({ key, from, to }) => (
          <path
            key={key}
            d={hop(from, to)}
            className="fill-none stroke-accent"
            strokeWidth={1.5}
            strokeDasharray="3 2.5"
          />
        ))}
        {stations.map((station, index) => (
          <g key={index} transform={`translate(${x(index)} ${MIDDLE})`}>
            {station.mark === "rest" ? <Rest count={station.count} /> : <Stop station={station} />}
          </g>
        ))}
      </svg>
    </div>
  );
}

/** An arc over the line; the further, the higher. */
function hop(from: number, to: number): string {
  const top = MIDDLE - RADIUS - 3;
  const height = Math.min(22, 9 + Math.abs(to - from) / 12);
  return `M${from} ${top}C${from} ${top - height} ${to} ${top - height} ${to} ${top}`;
}

function Rest({ count }: { readonly count: number }) {
  return (
    <>
      <rect x={-10} y={-7} width={20} height={14} className="fill-sunken" />
      <text textAnchor="middle" dy="3.5" className="fill-muted text-[10px] tabular-nums">
        {count > 99 ? "…" : `+${count}`}
      </text>
    </>
  );
}

function Stop({ station }: { readonly station: Exclude<Station, { readonly mark: "rest" }> }) {
  const { mark, type, enabled, name } = station;
  const colours = familyColours(type);
  if (mark === "left" || mark === "removed") {
    return (
      <>
        <title>{name}</title>
        <circle
          r={RADIUS}
          strokeWidth={1.25}
          strokeDasharray="2 2"
          className="fill-sunken stroke-line-strong"
        />
        {mark === "removed" && (
          <path d="M-4 -4L4 4M4 -4L-4 4" strokeWidth={1.75} className="stroke-danger" strokeLinecap="round" />
        )}
      </>
    );
  }
  return (
    <>
      <title>{name}</title>
      {mark === "added" && <circle r={RADIUS + 3} strokeWidth={1.5} className="fill-none stroke-success" />}
      <circle
        r={enabled ? RADIUS : RADIUS - 0.75}
        strokeWidth={enabled ? 0 : 1.5}
        className={enabled ? colours.fill : joinClasses("fill-surface", colours.stroke)}
      />
      {(mark === "switched" || mark === "edited") && (
        <circle cy={12} r={2} className={mark === "switched" ? "fill-warning" : "fill-accent"} />
      )}
    </>
  );
}
