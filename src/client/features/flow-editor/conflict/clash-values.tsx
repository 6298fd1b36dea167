import { useMemo } from "react";
import type { JsonValue } from "#core/json.ts";
import type { Clash, FieldClash, RemovalClash, Side } from "#core/merge/clash.ts";
import { keysWithin } from "#core/step-list.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { TextDifference } from "#client/flow/text-difference.tsx";
import { type Versions, describeStanding, isLongText, keeperOf, textOfValue } from "./describe-clash.ts";

type ValueProps = { readonly clash: Clash; readonly versions: Versions };

/** What it was before either side changed it. A long text shows that within what each side made of it. */
export function ClashBase({ clash, versions }: ValueProps) {
  if (clash.type === "removal" || (clash.type === "field" && isLongText(clash))) return null;
  return (
    <div className="min-w-0 rounded-md border border-transparent bg-sunken px-3 pb-3">
      <p className="flex min-h-9 items-center text-sm text-muted pointer-coarse:min-h-11">Before</p>
      {clash.type === "field" ? (
        <ShortValue value={clash.base} />
      ) : (
        <p className="text-sm break-words">{describeStanding(versions.base, clash)}</p>
      )}
    </div>
  );
}

/** What one side made of it. */
export function ClashSide({ clash, side, versions }: ValueProps & { readonly side: Side }) {
  switch (clash.type) {
    case "field":
      return <FieldValue clash={clash} side={side} />;
    case "place":
      return <p className="text-sm break-words">{describeStanding(versions[side], clash)}</p>;
    case "removal":
      return clash.removedBy === side ? null : <KeptChanges clash={clash} versions={versions} />;
  }
}

function FieldValue({ clash, side }: { readonly clash: FieldClash; readonly side: Side }) {
  if (!isLongText(clash)) return <ShortValue value={clash[side]} />;
  return <TextDifference before={textOfValue(clash.base)} after={textOfValue(clash[side])} />;
}

function ShortValue({ value }: { readonly value: JsonValue | undefined }) {
  const text = textOfValue(value);
  if (text === undefined || text === "")
    return <p className="text-sm text-muted italic">{text === undefined ? "Not set" : "Empty"}</p>;
  return (
    <p dir="auto" className="font-mono text-xs/5 break-words">
      {text}
    </p>
  );
}

/** What would be lost with a step that the other side has removed. */
function KeptChanges({ clash, versions }: { readonly clash: RemovalClash; readonly versions: Versions }) {
  const kept = versions[keeperOf(clash)];
  const lines = useMemo(() => {
    const inside = new Set(keysWithin(clash.node));
    return describeDifference(versions.base, kept).filter(({ key }) => key !== undefined && inside.has(key));
  }, [clash.node, kept, versions.base]);
  return <ChangeList label="What was changed in it" lines={lines} />;
}
