import { BRANCHES, type FlowDocument, type StepNode } from "./flow-document.ts";

/**
 * A short text that is another one for documents that differ in anything, the order of keys included. It tells whether
 * a document that was stored, or made anew by its edits, is the one that it was.
 */
export function fingerprint({ name, description, steps }: FlowDocument): string {
  return hashText(JSON.stringify([name, description === undefined ? ABSENT : description, printList(steps)]));
}

/** JSON has no `undefined`, and a name or description is never a number. */
const ABSENT = 0;

const prints = new WeakMap<StepNode, string>();

/** Kept with the step: an edit leaves most steps the very objects they were. */
function printStep(node: StepNode): string {
  const known = prints.get(node);
  if (known !== undefined) return known;
  const branches = node.branches && BRANCHES.map((branch) => printList(node.branches?.[branch]));
  const print = hashText(JSON.stringify([node.key, node.fields, branches ?? ABSENT]));
  prints.set(node, print);
  return print;
}

function printList(steps: readonly StepNode[] | undefined): readonly string[] | number {
  return steps?.map(printStep) ?? ABSENT;
}

/** 64 bits that depend on every letter: two rounds of multiply and mix, each with a start and a factor of its own. */
function hashText(text: string): string {
  let left = 0x9e3779b9;
  let right = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charCodeAt(index);
    left = Math.imul(left ^ letter, 0x9e3779b1);
    right = Math.imul(right ^ letter, 0x5f356495);
  }
  left = Math.imul(left ^ (left >>> 16), 0x85ebca6b) ^ Math.imul(right ^ (right >>> 13), 0xc2b2ae35);
  right = Math.imul(right ^ (right >>> 16), 0x85ebca6b) ^ Math.imul(left ^ (left >>> 13), 0xc2b2ae35);
  return (left >>> 0).toString(36) + (right >>> 0).toString(36).padStart(7, "0");
}
