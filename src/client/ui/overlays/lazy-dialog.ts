import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

/** A dialog whose code, with Radix, loads when it opens: for parts of a page that are dialogs on a narrow page only. */
export const LazyDialog = createLazyDialog(async () => (await import("./dialog.tsx")).Dialog);
