import { useEffect, useEffectEvent, useRef } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { type StepSelection, onlySelected } from "./step-selection.ts";

/**
 * Keeps the address in step with the selection, and follows it where somebody else changes it. The selection is the
 * truth: the router answers late, and its answers to our own changes must not select again what was left meanwhile.
 */
export function useStepAddress(
  selection: StepSelection,
  address: string | undefined,
  onChange: (key: string | undefined) => void,
): void {
  const written = useRef<(string | undefined)[]>([]);
  const write = useEffectEvent((key: StepKey | undefined) => {
    const last = written.current.length > 0 ? written.current.at(-1) : address;
    if (key === last) return;
    written.current.push(key);
    onChange(key);
  });
  const follow = useEffectEvent((key: string | undefined) => {
    const own = written.current.indexOf(key);
    if (own >= 0) written.current.splice(0, own + 1);
    else if (key !== onlySelected(selection.getState())) {
      if (key === undefined) selection.clear();
      else selection.selectOnly(key as StepKey);
    }
  });

  useEffect(() => selection.subscribe(() => write(onlySelected(selection.getState()))), [selection]);
  useEffect(() => follow(address), [address]);
}
