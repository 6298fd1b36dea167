/** How many steps, and how many of them are off, in words: “7 steps, 1 off”. */
export function describeSteps(count: number, disabled = 0): string {
  const steps = `${count.toLocaleString()} ${count === 1 ? "step" : "steps"}`;
  return disabled > 0 ? `${steps}, ${disabled.toLocaleString()} off` : steps;
}
