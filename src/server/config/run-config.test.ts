import { expect, it } from "vitest";
import { readServerConfig } from "./config.ts";

it("a warning names each secret that is too short to be redacted inside words, and not its value", () => {
  const { warnings } = readServerConfig({
    FLOWLINE_SECRET_PIN: " 4711\n",
    FLOWLINE_SECRET_PIN_ALLOW: "prompt",
    FLOWLINE_SECRET_LONG: "geheim",
    FLOWLINE_SECRET_LONG_ALLOW: "prompt",
    FLOWLINE_SMTP_URL: "smtp://user:p%C3%A4ss@mail.example.com",
    FLOWLINE_MODEL_API_KEY: "none",
  });
  expect(warnings).toEqual(
    ["FLOWLINE_SECRET_PIN", "The password in FLOWLINE_SMTP_URL"].map(
      (name) =>
        `${name} is shorter than 6 characters, so results, logs and errors hide it only where it stands alone. Use a longer one.`,
    ),
  );
});

it("a warning names the secrets that flows may send to any host", () => {
  const env = {
    FLOWLINE_SECRET_A: "geheim-1",
    FLOWLINE_SECRET_B: "geheim-2",
    FLOWLINE_SECRET_B_ALLOW: "api-call,prompt",
    FLOWLINE_SECRET_C: "geheim-3",
    FLOWLINE_SECRET_C_ALLOW: "api.example.com",
    FLOWLINE_SECRET_D: "geheim-4",
    FLOWLINE_SECRET_D_ALLOW: "prompt",
  };
  const open = readServerConfig(env);
  expect(open.warnings).toEqual([
    "Flows may send these secrets to any host: A, B. List the hosts of each in FLOWLINE_SECRET_<KEY>_ALLOW. FLOWLINE_SECRETS_REQUIRE_HOSTS=1 refuses such secrets.",
  ]);
  expect(open.runs.secrets["B"]?.stepTypes).toEqual(["api-call", "prompt"]);
  const strict = readServerConfig({ ...env, FLOWLINE_SECRETS_REQUIRE_HOSTS: "1" });
  expect(strict.warnings).toEqual([
    "Requests with these secrets are refused, because they have no list of hosts: A, B. List the hosts of each in FLOWLINE_SECRET_<KEY>_ALLOW.",
  ]);
  const stepTypes = Object.entries(strict.runs.secrets).map(([key, secret]) => [key, secret.stepTypes]);
  expect(Object.fromEntries(stepTypes)).toEqual({
    A: [],
    B: ["prompt"],
    C: ["api-call", "fetch-url"],
    D: ["prompt"],
  });
  expect(readServerConfig({ ...env, RUNTYPE_API_KEY: "key" }).warnings).toEqual([]);
});
