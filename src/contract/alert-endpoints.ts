import {
  alertBodySchema,
  alertDeliveryListSchema,
  alertListSchema,
  alertTestSchema,
  listAlertsQuerySchema,
  savedAlertSchema,
} from "./alerts.ts";
import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";

export const alertEndpoints = {
  listAlerts: {
    method: "GET",
    path: "/local/alerts",
    summary: "List the alerts about runs of a flow or of all flows",
    scope: "FLOWS:READ",
    query: listAlertsQuerySchema,
    answers: { 200: alertListSchema },
    errors: { 404: errorBodySchema },
  },
  createAlert: {
    method: "POST",
    path: "/local/alerts",
    summary: "Create an alert about runs of a flow or of all flows",
    scope: "FLOWS:WRITE",
    body: alertBodySchema,
    answers: { 201: savedAlertSchema },
    errors: { 404: errorBodySchema },
  },
  updateAlert: {
    method: "PUT",
    path: "/local/alerts/:id",
    summary: "Replace an alert, or restore one that was deleted less than a day ago",
    scope: "FLOWS:WRITE",
    body: alertBodySchema,
    answers: { 200: savedAlertSchema },
    errors: { 404: errorBodySchema },
  },
  deleteAlert: {
    method: "DELETE",
    path: "/local/alerts/:id",
    summary: "Delete an alert, and drop what it has not sent yet",
    scope: "FLOWS:WRITE",
    answers: { 204: null },
    errors: { 404: errorBodySchema },
  },
  rotateAlertSecret: {
    method: "POST",
    path: "/local/alerts/:id/secret",
    summary: "Generate a new secret that signs the requests of an alert",
    scope: "FLOWS:WRITE",
    answers: { 200: savedAlertSchema },
    errors: { 404: errorBodySchema },
  },
  testAlert: {
    method: "POST",
    path: "/local/alerts/:id/test",
    summary: "Send a test alert at once",
    scope: "FLOWS:WRITE",
    answers: { 200: alertTestSchema },
    errors: { 404: errorBodySchema },
  },
  listAlertDeliveries: {
    method: "GET",
    path: "/local/alerts/:id/deliveries",
    summary: "List what an alert has sent, newest first",
    scope: "FLOWS:READ",
    answers: { 200: alertDeliveryListSchema },
    errors: { 404: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
