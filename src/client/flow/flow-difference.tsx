import { useMemo } from "react";
import type { ChangeLine } from "#core/difference/change-line.ts";
import { describeChanges } from "#core/difference/describe-changes.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { ChangeList } from "./change-list.tsx";

type FlowDifferenceProps = {
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
};

/** What one version of a flow has and another has not, in words. Import it only where it is lazy. */
export function FlowDifference({ label, before, after }: FlowDifferenceProps) {
  const lines = useMemo(() => describeDifference(before, after), [before, after]);
  return <ChangeList label={label} lines={lines} />;
}

/** The same as sentences, with the fields called as their forms do. */
export function describeDifference(before: FlowDocument, after: FlowDocument): readonly ChangeLine[] {
  return describeChanges(before, after, findChanges(before, after), describeFieldPath);
}
