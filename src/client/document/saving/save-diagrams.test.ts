import { describe, expect, it } from "vitest";
import readme from "./README.md?raw";
import type { SaveEvent } from "./save-events.ts";
import type { SaveAttempt, SaveProgress } from "./save-transition.ts";

/** Uses `Record` types, so that the compiler requires an entry for each union member. */
const PROGRESS: Record<SaveProgress["type"], true> = {
  resting: true,
  saving: true,
  waiting: true,
  "signed-out": true,
  deleted: true,
  refused: true,
  failed: true,
};
const ATTEMPTS: Record<SaveAttempt["type"], true> = {
  pulling: true,
  writing: true,
  rereading: true,
};
const EVENTS: Record<SaveEvent["type"], true> = {
  version: true,
  started: true,
  pulled: true,
  sent: true,
  acknowledged: true,
  failed: true,
  reread: true,
  compared: true,
  converged: true,
  matched: true,
  "signed-in": true,
  deleted: true,
  reset: true,
  edited: true,
  corrected: true,
  "up-to-date": true,
  configured: true,
  connection: true,
  elapsed: true,
};

describe("the diagrams of the README", () => {
  const diagrams = [...readme.matchAll(/```mermaid\n([^`]*)```/g)].map(([, text = ""]) =>
    [...text.matchAll(/^ {2}(\S+) --> (\S+?)(?:: (.+))?$/gm)].map(([, from = "", to = "", events = ""]) => ({
      // Restores the hyphens in state names: the diagrams use underscores, because Mermaid allows no hyphens.
      states: [from, to].filter((name) => name !== "[*]").map((name) => name.replaceAll("_", "-")),
      events: events.split(", ").filter(Boolean),
    })),
  );
  const [progress, , attempt] = diagrams.map((arrows) => arrows.flatMap(({ states }) => states));

  it("contain exactly the states of the save's progress and of its attempts", () => {
    expect(new Set(progress)).toEqual(new Set(Object.keys(PROGRESS)));
    expect(new Set(attempt)).toEqual(new Set(Object.keys(ATTEMPTS)));
  });

  it("contain exactly the events of the state machine", () => {
    const named = diagrams.flat().flatMap(({ events }) => events);
    expect(new Set(named)).toEqual(new Set(Object.keys(EVENTS)));
  });
});
