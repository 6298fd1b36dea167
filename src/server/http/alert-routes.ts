import type { alertEndpoints } from "#contract/alert-endpoints.ts";
import type { AlertService } from "#server/alerts/alert-service.ts";
import { listAlerts, listDeliveriesOfAlert } from "#server/alerts/list-alerts.ts";
import { testAlert } from "#server/alerts/test-alert.ts";
import { createAlert, deleteAlert, rotateAlertSecret, updateAlert } from "#server/alerts/update-alert.ts";
import { parseFlowId } from "#server/flows/flow-access.ts";
import type { EndpointHandlers } from "./endpoint-handlers.ts";

export function createAlertRoutes(service: AlertService): EndpointHandlers<keyof typeof alertEndpoints> {
  return {
    listAlerts: async ({ caller, query }) => {
      const flowId = query.flowId === undefined ? undefined : parseFlowId(query.flowId);
      return { status: 200, value: await listAlerts(service, caller, flowId) };
    },
    createAlert: async ({ caller, body }) => ({
      status: 201,
      value: await createAlert(service, caller, body),
    }),
    updateAlert: async ({ caller, params, body }) => ({
      status: 200,
      value: await updateAlert(service, caller, params.id, body),
    }),
    deleteAlert: async ({ caller, params }) => {
      await deleteAlert(service, caller, params.id);
      return { status: 204 };
    },
    rotateAlertSecret: async ({ caller, params }) => ({
      status: 200,
      value: await rotateAlertSecret(service, caller, params.id),
    }),
    testAlert: async ({ caller, params, signal }) => ({
      status: 200,
      value: await testAlert(service, caller, params.id, signal),
    }),
    listAlertDeliveries: async ({ caller, params }) => ({
      status: 200,
      value: await listDeliveriesOfAlert(service, caller, params.id),
    }),
  };
}
