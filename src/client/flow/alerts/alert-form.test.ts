import { expect, it } from "vitest";
import { type AlertForm, alertFormSchema, toAlertForm, toBodyOfForm } from "./alert-form.ts";

const form = (changes: Partial<AlertForm> = {}): AlertForm => ({
  ...toAlertForm(undefined, null),
  addresses: "ada@example.com",
  ...changes,
});
const listErrors = (changes: Partial<AlertForm>) =>
  alertFormSchema.safeParse(form(changes)).error?.issues.map(({ path, message }) => [path[0], message]) ?? [];

it("the form of an alert becomes the request, and the saved alert the same form", () => {
  const filled = form({
    flowId: "flow_1",
    isRepeated: true,
    recovers: true,
    isMissing: true,
    amount: "3",
    unit: "days",
    addresses: "ada@example.com;\nbo@example.com",
  });
  const body = toBodyOfForm(filled, true);
  expect(body).toEqual({
    flowId: "flow_1",
    conditions: ["failsAgain", "recovers"],
    notRunMinutes: 3 * 24 * 60,
    target: { type: "mail", addresses: ["ada@example.com", "bo@example.com"] },
    isEnabled: true,
  });
  const saved = {
    id: "alert_1",
    flowName: "A",
    createdBy: null,
    createdAt: "",
    updatedAt: "",
    lastDelivery: null,
  };
  expect(toAlertForm({ ...body, ...saved }, null)).toEqual({
    ...filled,
    addresses: "ada@example.com, bo@example.com",
  });
});

it.each<[Partial<AlertForm>, string, string]>([
  [{ fails: false }, "fails", "Choose at least one."],
  [{ flowId: "" }, "flowId", "Choose a flow."],
  [{ isMissing: true, amount: "4", unit: "minutes" }, "amount", "Enter 5 minutes to 90 days."],
  [{ isMissing: true, amount: "91", unit: "days" }, "amount", "Enter 5 minutes to 90 days."],
  [{ isMissing: true, amount: "x" }, "amount", "Enter 5 minutes to 90 days."],
  [{ addresses: " , " }, "addresses", "Enter at least one address."],
  [{ addresses: "ada" }, "addresses", "“ada” is not an email address."],
  [{ targetType: "webhook", url: "example.com" }, "url", "Enter a URL that starts with https:// or http://."],
])("the form of an alert with %j has an error", (changes, path, message) => {
  expect(listErrors(changes)).toEqual([[path, message]]);
});

it("the form of an alert ignores fields that it does not send", () => {
  expect(listErrors({ amount: "", addresses: "", targetType: "webhook", url: "https://a.example/" })).toEqual(
    [],
  );
});
