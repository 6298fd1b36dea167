import { Braces, Check, CircleAlert, CircleDot, LoaderCircle, Lock } from "lucide-react";
import { formatCount } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import type { FlowReading } from "./read-flow-text.ts";

type FlowTextStatusProps = {
  readonly id: string;
  readonly isReadOnly: boolean;
  readonly isTouched: boolean;
  readonly reading: FlowReading | undefined;
};

/** How the text stands to the flow, in one line that is always there. */
export function FlowTextStatus({ id, ...state }: FlowTextStatusProps) {
  const { icon: Icon, text, tone } = describe(state);
  return (
    <p
      id={id}
      aria-live="polite"
      className={joinClasses(
        "flex min-w-0 flex-1 basis-60 items-center gap-1.5 text-sm",
        tone === "danger" ? "text-danger" : "text-muted",
      )}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="min-w-0">{text}</span>
    </p>
  );
}

function describe({ isReadOnly, isTouched, reading }: Omit<FlowTextStatusProps, "id">) {
  if (isReadOnly) {
    const text = "This flow holds a number that cannot be edited here without changing it: read-only.";
    return { icon: Lock, text, tone: "calm" } as const;
  }
  if (!isTouched)
    return { icon: Braces, text: "This is the flow. Edit it, then apply.", tone: "calm" } as const;
  if (!reading) return { icon: LoaderCircle, text: "Not applied. Reading it…", tone: "calm" } as const;
  const errors = reading.problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    const count = formatCount(errors + reading.moreProblems, "problem");
    return { icon: CircleAlert, text: `Not applied: ${count} to solve first.`, tone: "danger" } as const;
  }
  if (reading.problems.length > 0) {
    const count = formatCount(reading.problems.length + reading.moreProblems, "warning");
    return {
      icon: CircleDot,
      text: `Can be applied, with ${count}. Saving waits for it.`,
      tone: "calm",
    } as const;
  }
  return { icon: Check, text: "Can be applied. Saving waits for it.", tone: "calm" } as const;
}
