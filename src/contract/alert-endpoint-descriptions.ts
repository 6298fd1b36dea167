import type { alertEndpoints } from "./alert-endpoints.ts";
import type { EndpointDescription } from "./endpoint-descriptions.ts";

export const alertEndpointDescriptions: Readonly<Record<keyof typeof alertEndpoints, EndpointDescription>> = {
  listAlerts: {
    tag: "Alerts",
    description:
      "Lists all alerts, or those that are sent about one flow, with the last delivery of each. Callers who may not edit flows get only the origin of an address.",
  },
  createAlert: {
    tag: "Alerts",
    description:
      "Creates an alert. `conditions`: `fails` (a run failed, or some of its records), `failsAgain` (the run before failed too), `recovers` (a run completed after one that failed). `notRunMinutes`: also when no run has ended for so long; for all flows, those that have never run are left out. Of a flow, an alert is sent at most once an hour, then a summary of further runs. Requests are signed as in Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`: HMAC-SHA256) with `secret`, which only this response has; a repeated request has the same `webhook-id`.",
  },
  updateAlert: {
    tag: "Alerts",
    description:
      "Replaces the alert. A new origin of the address gets a new `secret`. An alert that was deleted less than a day ago is restored.",
  },
  deleteAlert: {
    tag: "Alerts",
    description: "Deletes the alert. What it has not sent yet is dropped.",
  },
  rotateAlertSecret: {
    tag: "Alerts",
    description: "Returns a new `secret`. The old one is no longer used.",
  },
  testAlert: {
    tag: "Alerts",
    description: "Sends a test to the receivers of the alert and returns the outcome, also of a failure.",
  },
  listAlertDeliveries: {
    tag: "Alerts",
    description:
      "Lists the newest deliveries of the alert. A failed attempt is repeated for about a day, unless the receiver refuses it.",
  },
};
