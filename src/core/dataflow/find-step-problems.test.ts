import { describe, expect, test } from "vitest";
import {
  type ProblemCase,
  either,
  off,
  prompt,
  python,
  script,
  sets,
  tellProblems,
  template,
} from "./short-flow.ts";

const fetch = sets("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

describe("what is wrong with a step by itself", () => {
  test.each<ProblemCase>([
    ["a flow without steps", [], "info empty-flow"],
    ["a conditional without steps", [either("If", "x", []), fetch], "info empty-branch at if"],
    [
      "nothing in “then”",
      [either("If", "x", [], [fetch]), sum],
      "info empty-branch at if",
      "info maybe-unset at sum",
    ],
    ["nothing in “else” is how an if is written", [either("If", "x", [prompt("A", "Go.")])]],
    ["two steps with one id", [fetch, { ...sum, id: "fetch" }], "error duplicate-id at fetch~2"],
    [
      "three steps with one id, one of them nested",
      [fetch, either("If", "page", [{ ...sum, id: "fetch" }]), { ...end, id: "fetch" }],
      "error duplicate-id at fetch~2",
      "info maybe-unset at fetch~3",
      "error duplicate-id at fetch~3",
    ],
    ["code that does not parse", [script("Sum", "return (")], "error bad-code at sum"],
    [
      "`when` that does not parse",
      [prompt("Sum", "Go.", undefined, { when: "a >" })],
      "error bad-code at sum",
    ],
    ["a template that is never closed", [prompt("Sum", "Hi {{page")], "error bad-template at sum"],
    ["Liquid that does not parse", [template("Sum", "{% if page %}")], "error bad-template at sum"],
    ["a filter outside Liquid", [fetch, prompt("Sum", "{{ page | upcase }}")], "error bad-template at sum"],
    ["a secret as it is not written", [prompt("Sum", "{{secrets:KEY}}")], "error bad-secret at sum"],
    [
      "a config that does not fit",
      [prompt("Sum", "Go.", undefined, { config: { limit: "five" } })],
      "error bad-config at sum",
    ],
    ["Python, of which nothing is said", [python("Code")]],
    [
      "a step that is off is told all the same",
      [off(script("Sum", "return (")), fetch],
      "error bad-code at sum",
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps).toSorted()).toEqual(problems.toSorted());
  });
});
