import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isFocusRequested, requestFocusWhenRendered } from "./focus-request.ts";

// Stubs the parts of the DOM that a focus request reads. The tests run animation frames one by one.

interface FakeElement {
  isConnected: boolean;
  isHidden: boolean;
  readonly select: ReturnType<typeof vi.fn>;
  readonly focus: () => void;
  readonly closest: () => FakeElement | null;
}

const body = {};
let page: { activeElement: unknown; readonly body: object };
let frames: (() => void)[];
let listeners: Set<() => void>;

function createFakeElement(): FakeElement {
  const element: FakeElement = {
    isConnected: true,
    isHidden: false,
    select: vi.fn(),
    focus: () => {
      page.activeElement = element;
    },
    closest: () => (element.isHidden ? element : null),
  };
  return element;
}

const request = (find: () => FakeElement | undefined, options?: { select: boolean }) =>
  requestFocusWhenRendered(find as unknown as () => HTMLElement | undefined, options);
const pressKey = () => listeners.forEach((listener) => listener());
const afterEvent = () => Promise.resolve();
function drawFrame() {
  const due = frames;
  frames = [];
  due.forEach((frame) => frame());
}

beforeEach(() => {
  page = { activeElement: body, body };
  frames = [];
  listeners = new Set();
  vi.stubGlobal("document", page);
  vi.stubGlobal("HTMLInputElement", Object);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("addEventListener", (_: string, listener: () => void) => listeners.add(listener));
  vi.stubGlobal("removeEventListener", (_: string, listener: () => void) => listeners.delete(listener));
});

afterEach(() => {
  for (let frame = 0; frame < 1000 && frames.length > 0; frame += 1) drawFrame();
});

it("a focus request focuses an element that is rendered before the next frame, and then ends", async () => {
  const row = createFakeElement();
  request(() => row);
  expect(isFocusRequested()).toBe(true);
  await afterEvent();
  expect(page.activeElement).toBe(row);
  expect(isFocusRequested()).toBe(false);
  for (let frame = 0; frame < 3; frame += 1) drawFrame();
  expect(frames).toEqual([]);
  expect(listeners.size).toBe(0);
});

it("a focus request waits for its element to be rendered, even if the user presses keys in the focused element", async () => {
  const [before, row] = [createFakeElement(), createFakeElement()];
  page.activeElement = before;
  let drawn: FakeElement | undefined;
  request(() => drawn);
  await afterEvent();
  pressKey();
  for (let frame = 0; frame < 50; frame += 1) drawFrame();
  drawn = row;
  drawFrame();
  expect(page.activeElement).toBe(row);
});

it("a focus request ends if the element never appears, and when a newer one begins", async () => {
  request(() => undefined);
  await afterEvent();
  for (let frame = 0; frame < 1000 && frames.length > 0; frame += 1) drawFrame();
  expect([frames, isFocusRequested()]).toEqual([[], false]);

  const [older, newer] = [createFakeElement(), createFakeElement()];
  request(() => older);
  request(() => newer);
  await afterEvent();
  for (let frame = 0; frame < 5; frame += 1) drawFrame();
  expect(page.activeElement).toBe(newer);
});

it("a focus request does not move the focus if the user has moved it since", async () => {
  const [row, search] = [createFakeElement(), createFakeElement()];
  let drawn: FakeElement | undefined;
  request(() => drawn);
  await afterEvent();
  pressKey();
  search.focus();
  drawn = row;
  for (let frame = 0; frame < 5; frame += 1) drawFrame();
  expect(page.activeElement).toBe(search);
});

it("a focus request that gave the focus does not take it back from the element that had it before", async () => {
  const [before, row] = [createFakeElement(), createFakeElement()];
  page.activeElement = before;
  request(() => row);
  await afterEvent();
  expect(page.activeElement).toBe(row);
  pressKey();
  before.focus();
  drawFrame();
  expect(page.activeElement).toBe(before);
});

it("a focus request waits until the element is no longer hidden by an overlay", async () => {
  const [field, row] = [createFakeElement(), createFakeElement()];
  field.focus();
  row.isHidden = true;
  request(() => row);
  await afterEvent();
  drawFrame();
  expect(page.activeElement).toBe(field);
  row.isHidden = false;
  drawFrame();
  expect(page.activeElement).toBe(row);
});
