/** Whether it is in the panel that runs the draft, or is the sheet around it: that has the focus when it opens. */
export function isInTrial(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-try], [role=dialog]:has([data-try])") !== null;
}
