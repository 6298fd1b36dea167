import { BRANCH_NAMES, type FlowDocument, type StepNode } from "./flow-document.ts";

const known = new WeakMap<FlowDocument, string>();

/** Verifies documents that were stored or rebuilt. Caches the hashes of unchanged steps. */
export function computeDocumentFingerprint(document: FlowDocument): string {
  const before = known.get(document);
  if (before !== undefined) return before;
  const { name, description, steps } = document;
  const hash = startHash();
  // Represents an undefined description by 0, because JSON has no `undefined` and a description is never a number.
  addText(hash, JSON.stringify([name, description === undefined ? 0 : description]));
  addList(hash, steps);
  const fingerprint = finish(hash)
    .map((half) => half.toString(36).padStart(7, "0"))
    .join("");
  known.set(document, fingerprint);
  return fingerprint;
}

type HashHalves = readonly [number, number];

/** Computes a 64-bit hash, as two unsigned halves of 32 bits. */
export function hashTextTo64Bits(text: string): HashHalves {
  const hash = startHash();
  addText(hash, text);
  return finish(hash);
}

const stepHashes = new WeakMap<StepNode, HashHalves>();

function hashStep(node: StepNode): HashHalves {
  const before = stepHashes.get(node);
  if (before) return before;
  const hash = startHash();
  addText(hash, JSON.stringify([node.key, node.fields]));
  if (node.branches) for (const branch of BRANCH_NAMES) addList(hash, node.branches[branch]);
  const fingerprint = finish(hash);
  stepHashes.set(node, fingerprint);
  return fingerprint;
}

interface Hash {
  left: number;
  right: number;
}

function startHash(): Hash {
  return { left: 0x9e3779b9, right: 0x85ebca6b };
}

function addNumber(hash: Hash, left: number, right: number): void {
  hash.left = Math.imul(hash.left ^ left, 0x9e3779b1);
  hash.left ^= hash.left >>> 15;
  hash.right = Math.imul(hash.right ^ right, 0x5f356495);
  hash.right ^= hash.right >>> 13;
}

function addText(hash: Hash, text: string): void {
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charCodeAt(index);
    addNumber(hash, letter, letter);
  }
}

/** The length plus one, so that an empty list differs from a missing list. */
function addList(hash: Hash, steps: readonly StepNode[] | undefined): void {
  const length = steps ? steps.length + 1 : 0;
  addNumber(hash, length, length);
  for (const node of steps ?? []) addNumber(hash, ...hashStep(node));
}

function finish({ left, right }: Hash): HashHalves {
  const mixed = Math.imul(left ^ (left >>> 16), 0x85ebca6b) ^ Math.imul(right ^ (right >>> 13), 0xc2b2ae35);
  const other = Math.imul(right ^ (right >>> 16), 0x85ebca6b) ^ Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return [mixed >>> 0, other >>> 0];
}
