import { Ban, CircleCheck, CircleX, Clock, RotateCw } from "lucide-react";
import type { AlertDelivery } from "#contract/alerts.ts";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

const LOOKS = {
  sent: { icon: CircleCheck, label: "Sent", color: "text-success" },
  failed: { icon: CircleX, label: "Not sent", color: "text-danger" },
  pending: { icon: Clock, label: "Sending", color: "text-muted" },
  retrying: { icon: RotateCw, label: "Retrying", color: "text-warning" },
  dropped: { icon: Ban, label: "Dropped", color: "text-muted" },
} as const;

type DeliveryStateProps = { readonly delivery: AlertDelivery; readonly className?: string };

/** Whether an alert has arrived, by icon, word and time. */
export function AlertDeliveryState({ delivery, className }: DeliveryStateProps) {
  const { state, attempts, createdAt, attemptedAt } = delivery;
  const { icon: Drawing, label, color } = LOOKS[state === "pending" && attempts > 0 ? "retrying" : state];
  return (
    <span
      className={joinClasses("inline-flex min-w-0 items-center gap-1.5 text-sm whitespace-nowrap", className)}
    >
      <Drawing aria-hidden="true" className={joinClasses("size-4 shrink-0", color)} />
      <span className={color}>{label}</span>
      <RelativeTime time={attemptedAt ?? createdAt} className="truncate text-muted tabular-nums" />
    </span>
  );
}
