import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";

export interface Selection {
  /** By id, also those that were scrolled away. */
  readonly records: ReadonlyMap<string, FlowRecord>;
  /** `isRange`: with everything from the one that was chosen last. */
  readonly toggle: (record: FlowRecord, isRange: boolean) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
  /** Clears it without a word: what was chosen is gone. */
  readonly forget: () => void;
}

const NONE: ReadonlyMap<string, FlowRecord> = new Map();

/** Which records are chosen. Another question is another list: what nobody sees any more is not acted on. */
export function useSelection(rows: readonly FlowRecord[], question: string): Selection {
  const [state, setState] = useState({ question, records: NONE, anchor: "" });
  const records = state.question === question ? state.records : NONE;
  const set = (next: ReadonlyMap<string, FlowRecord>, anchor = state.anchor) =>
    setState({ question, records: next, anchor });
  // The bar that shows it comes with the first record and goes with the last, and a row's link does not tell.
  const setAndSay = (next: ReadonlyMap<string, FlowRecord>, anchor?: string) => {
    set(next, anchor);
    announce(describeSelection(next.size));
  };

  const toggle = (record: FlowRecord, isRange: boolean) => {
    const next = new Map(records);
    const isOn = !records.has(record.id);
    const from = isRange ? rows.findIndex(({ id }) => id === state.anchor) : -1;
    const to = rows.findIndex(({ id }) => id === record.id);
    const range = from < 0 ? [record] : rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of range) {
      if (isOn) next.set(each.id, each);
      else next.delete(each.id);
    }
    setAndSay(next, record.id);
  };
  return {
    records,
    toggle,
    selectAll: () => setAndSay(new Map(rows.map((record) => [record.id, record]))),
    clear: () => setAndSay(NONE),
    forget: () => set(NONE),
  };
}

function describeSelection(count: number): string {
  if (count === 0) return "No record is selected.";
  return `${formatCount(count, "record")} ${count === 1 ? "is" : "are"} selected.`;
}
