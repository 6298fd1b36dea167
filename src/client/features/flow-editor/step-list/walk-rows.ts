import type { StepKey } from "#core/flow-document.ts";
import { type StepListRow, stepRowId } from "./step-rows.ts";

/** What a key does on the row that has the focus. */
export type Walk =
  | { readonly type: "focus"; readonly id: string }
  | { readonly type: "fold" | "unfold"; readonly key: StepKey };

/** Rows that PageUp and PageDown pass over. */
const PAGE = 10;

/**
 * The way of a key from a row: up and down over all rows, branch heads included; left to fold, or out to the
 * conditional; right to unfold, or in to its first row. Undefined when the key means nothing there.
 */
export function walkRows(rows: readonly StepListRow[], id: string, key: string): Walk | undefined {
  const position = rows.findIndex((row) => row.id === id);
  const row = rows[position];
  if (!row) return undefined;
  const focusAt = (wanted: number): Walk | undefined => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, wanted))];
    return target && { type: "focus", id: target.id };
  };
  const isConditional = row.type === "step" && row.node.branches !== undefined;
  switch (key) {
    case "ArrowUp":
      return focusAt(position - 1);
    case "ArrowDown":
      return focusAt(position + 1);
    case "Home":
      return focusAt(0);
    case "End":
      return focusAt(rows.length - 1);
    case "PageUp":
      return focusAt(position - PAGE);
    case "PageDown":
      return focusAt(position + PAGE);
    case "ArrowLeft":
      if (isConditional && !row.isFolded) return { type: "fold", key: row.node.key };
      if (row.type === "branch") return { type: "focus", id: stepRowId(row.node.key) };
      return row.list.type === "branch" ? { type: "focus", id: stepRowId(row.list.step) } : undefined;
    case "ArrowRight":
      if (!isConditional) return undefined;
      return row.isFolded ? { type: "unfold", key: row.node.key } : focusAt(position + 1);
    default:
      return undefined;
  }
}
