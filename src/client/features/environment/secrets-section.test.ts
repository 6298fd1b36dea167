import { expect, test } from "vitest";
import {
  type SecretListEntry,
  isEnvironmentSecretName,
  sortSecretsByStateAndName,
  getSecretState,
  formatSecretCountsByState,
} from "./secrets-section.tsx";

const createSecret = (name: string, fields: Partial<SecretListEntry> = {}): SecretListEntry => ({
  name,
  flows: [],
  flowCount: 0,
  stepCount: 0,
  ...fields,
});

test("the state of a secret says whether the steps that use the secret may read it", () => {
  expect(getSecretState(createSecret("A", { set: false, stepCount: 1 }))).toBe("missing");
  expect(getSecretState(createSecret("A", { set: true, stepCount: 1, refusedStepTypes: ["prompt"] }))).toBe(
    "refused",
  );
  expect(getSecretState(createSecret("A", { set: true, stepCount: 1 }))).toBe("set");
  expect(getSecretState(createSecret("A", { set: true }))).toBe("unused");
  expect(getSecretState(createSecret("A", { stepCount: 1 }))).toBe("unknown");
  expect(getSecretState(createSecret("A", { set: true, stepTypes: [], hosts: [] }))).toBe("refused");
});

test("the state of a secret says whether requests may send the secret to any host", () => {
  const of = (stepTypes: string[], hosts: string[]) =>
    getSecretState(createSecret("A", { set: true, stepCount: 1, stepTypes, hosts }));
  expect(of(["api-call", "fetch-url"], [])).toBe("any-host");
  expect(of(["prompt", "api-call"], [])).toBe("any-host");
  expect(of(["api-call", "fetch-url"], ["a.example"])).toBe("set");
  expect(of(["prompt"], [])).toBe("set");
});

test("secrets that need attention are listed first, the others by name", () => {
  const secrets = [
    createSecret("UNUSED", { set: true }),
    createSecret("B", { set: true, stepCount: 1 }),
    createSecret("A", { set: true, stepCount: 1 }),
    createSecret("OPEN", { set: true, stepTypes: ["api-call"], hosts: [] }),
    createSecret("REFUSED", { set: true, stepCount: 1, refusedStepTypes: ["prompt"] }),
    createSecret("MISSING", { set: false, stepCount: 2 }),
  ];
  expect(sortSecretsByStateAndName(secrets).map(({ name }) => name)).toEqual(
    "MISSING REFUSED OPEN A B UNUSED".split(" "),
  );
  expect(formatSecretCountsByState(secrets)).toBe("1 missing · 1 not allowed · 1 any host · 3 set");
  expect(formatSecretCountsByState([createSecret("A")])).toBe("");
});

test("a secret can be set only if its name consists of letters, digits and underscores", () => {
  expect(["A_1", "api"].every(isEnvironmentSecretName)).toBe(true);
  expect(["", "A B", "A-B", "Ä", "A".repeat(61)].some(isEnvironmentSecretName)).toBe(false);
});
