import { expect, it } from "vitest";
import { combineRunEnvironment } from "./unresolved-problem-list.tsx";

it.each([
  ["a connected API", "Settings come from the account.", ["managedSecrets", "knownModels"]],
  ["a server that runs flows, before its settings are loaded", true, undefined],
])("models are looked for in the account of %s only if it has one", (_, runSettings, known) => {
  const resources = { knownModels: new Set(["llama3"]) };
  const parts = { settings: undefined, managedSecrets: undefined, resources };
  const environment = combineRunEnvironment({ features: { runSettings } } as never, parts);
  expect(environment && Object.keys(environment)).toEqual(known);
});
