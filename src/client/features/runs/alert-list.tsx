import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import type { Alert } from "#contract/alerts.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { AlertDeliveryState } from "#client/flow/alerts/alert-delivery-state.tsx";
import { AlertSwitch } from "#client/flow/alerts/alert-switch.tsx";
import { deleteAlert } from "#client/flow/alerts/delete-alert.ts";
import { describeAlertRule, describeAlertTarget } from "#client/flow/alerts/describe-alert.ts";
import { ROW_LINK_CLASSES, RowActionsMenu } from "#client/ui/rows/row-actions-menu.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type AlertListProps = {
  readonly alerts: readonly Alert[];
  readonly onOpen: (alert: Alert) => void;
};

export function AlertList({ alerts, onOpen }: AlertListProps) {
  return (
    <ul aria-label="Alerts" className="flex flex-col">
      {alerts.map((alert, index) => (
        <AlertRow
          key={alert.id}
          alert={alert}
          onOpen={() => onOpen(alert)}
          onDeleted={() => focusAlert(alerts[index + 1] ?? alerts[index - 1])}
        />
      ))}
    </ul>
  );
}

/** The row with the focus is gone. */
function focusAlert(alert: Alert | undefined): void {
  requestFocusWhenRendered(() =>
    document.querySelector<HTMLElement>(
      alert ? `[data-alert="${CSS.escape(alert.id)}"] [data-open]` : "#main h1",
    ),
  );
}

type AlertRowProps = {
  readonly alert: Alert;
  readonly onOpen: () => void;
  readonly onDeleted: () => void;
};

function AlertRow({ alert, onOpen, onDeleted }: AlertRowProps) {
  const client = useQueryClient();
  const disabledReason = useMissingScope("FLOWS:WRITE");
  const { isEnabled, lastDelivery } = alert;
  const rule = describeAlertRule(alert);
  const target = describeAlertTarget(alert.target);
  return (
    <li
      data-alert={alert.id}
      className="relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line px-gutter py-2 hover:bg-hover has-[[data-open]:focus-visible]:outline-2 has-[[data-open]:focus-visible]:-outline-offset-2 has-[[data-open]:focus-visible]:outline-focus md:grid-cols-[auto_minmax(0,3fr)_minmax(0,2fr)_11rem_auto]"
    >
      <span className="relative z-10 flex">
        <AlertSwitch alert={alert} />
      </span>
      <span className="flex min-w-0 flex-col">
        <button
          type="button"
          data-open=""
          dir="auto"
          aria-haspopup="dialog"
          onClick={onOpen}
          className={joinClasses(
            ROW_LINK_CLASSES,
            "text-left text-sm max-md:whitespace-normal",
            !isEnabled && "text-muted",
          )}
          {...getTooltipProps(rule, { whenTruncated: true })}
        >
          {rule}
        </button>
        <span className="truncate text-sm text-muted md:hidden">{target}</span>
        <span className="md:hidden">
          <LastDelivery alert={alert} />
        </span>
      </span>
      <span
        className="truncate text-sm text-muted max-md:hidden"
        {...getTooltipProps(target, { whenTruncated: true })}
      >
        {target}
      </span>
      <span className="relative max-md:hidden">
        <LastDelivery alert={alert} />
      </span>
      <RowActionsMenu
        name={rule}
        isActive
        entries={() => [
          {
            type: "item",
            label: disabledReason === undefined ? "Edit" : "Show",
            icon: Pencil,
            onSelect: onOpen,
          },
          { type: "separator" },
          {
            type: "item",
            label: "Delete",
            icon: Trash2,
            danger: true,
            disabledReason,
            onSelect: () => void deleteAlert(client, alert).then((isDeleted) => isDeleted && onDeleted()),
          },
        ]}
      />
      {isEnabled && lastDelivery && lastDelivery.state !== "sent" && lastDelivery.error !== null && (
        <span className="col-start-2 -col-end-1 text-xs break-words text-danger">{lastDelivery.error}</span>
      )}
    </li>
  );
}

function LastDelivery({ alert: { isEnabled, pauseReason, lastDelivery } }: Pick<AlertRowProps, "alert">) {
  if (!isEnabled)
    return pauseReason === "key" ? (
      <span
        className="text-sm text-muted"
        {...getTooltipProps("The API key that made this alert was removed. Check it, then switch it on.")}
      >
        Paused: key removed
      </span>
    ) : (
      <span className="text-sm text-muted">Paused</span>
    );
  if (!lastDelivery) return <span className="text-sm text-muted">Nothing sent yet</span>;
  return <AlertDeliveryState delivery={lastDelivery} />;
}
