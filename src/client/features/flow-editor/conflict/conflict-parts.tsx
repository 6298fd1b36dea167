// What is wanted once somebody else has saved, as one file: three would each share pieces with the editor, which would
// come in many small files then.
export { ArrivalSummary } from "./arrival-summary.tsx";
export { BehindBanner } from "./behind-banner.tsx";
export { SettleDialog } from "./settle-dialog.tsx";
