// What is wanted when saving is in trouble, edits are to be left or given up, or were left behind, as one file that comes
// once the page is idle: the network may be gone by then, and several files would each share pieces with the editor, which
// would come in many small ones.
export { ArrivalSummary } from "./conflict/arrival-summary.tsx";
export { BehindBanner } from "./conflict/behind-banner.tsx";
export { SettleDialog } from "./conflict/settle-dialog.tsx";
export { DiscardDialog } from "./discard/discard-dialog.tsx";
export { LeaveDialog } from "./leaving/leave-dialog.tsx";
export { RecoveryBar } from "./recovery/recovery-bar.tsx";
export { TroubleBanner } from "./trouble-banner.tsx";
