/** Where the focus goes when what had it is gone from the page: the row that Tab leads to, else what there is instead of rows. */
export function findRestingFocus(): HTMLElement | null {
  return document.querySelector(
    "[data-step-key][tabindex='0'], [data-add-step], [data-json-tab] .cm-content",
  );
}
