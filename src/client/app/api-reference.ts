import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./api-reference.css";

interface ScalarModule {
  readonly createApiReference: (element: string, configuration: object) => unknown;
}

// Disables the code generation of zod, which Scalar contains: the content security policy would report it.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

/** The page `/docs`: shows the API description of this server with Scalar, which the server also serves. */
async function showApiReference(): Promise<void> {
  const page = document.querySelector("#reference");
  if (!page) return;
  page.replaceChildren(createMessage("Loading API reference…"));
  try {
    const [content, { createApiReference }] = await Promise.all([readDescription(), loadScalar()]);
    page.replaceChildren();
    createApiReference("#reference", configure(content));
    // Reloads the page, because Scalar reads the theme only once; the address restores the place in the page.
    new MutationObserver(() => location.reload()).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  } catch {
    page.replaceChildren(...createFailure());
  }
}

async function readDescription(): Promise<unknown> {
  const response = await fetch("/local/openapi.json");
  if (!response.ok) throw new Error(`The server responded with status ${response.status}.`);
  return response.json();
}

function loadScalar(): Promise<ScalarModule> {
  return import(/* @vite-ignore */ import.meta.env["SCALAR_URL"]) as Promise<ScalarModule>;
}

const isDark = () => document.documentElement.dataset["theme"] === "dark";

function configure(content: unknown): object {
  return {
    content,
    // The page follows the theme of the dashboard, and nothing may be loaded from or sent to another server.
    darkMode: isDark(),
    forceDarkModeState: isDark() ? "dark" : "light",
    hideDarkModeToggle: true,
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    // Leaves the keyboard to the browser and to screen readers.
    schemaKeyboardNav: false,
    documentDownloadType: "json",
    defaultOpenFirstTag: false,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  };
}

function createMessage(text: string): HTMLElement {
  const message = document.createElement("p");
  message.setAttribute("role", "status");
  message.textContent = text;
  return message;
}

function createFailure(): readonly HTMLElement[] {
  const heading = document.createElement("h1");
  heading.textContent = "Couldn’t load the API reference";
  const message = createMessage("Check that the server is running, then retry.");
  message.setAttribute("role", "alert");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Retry";
  retry.addEventListener("click", () => void showApiReference());
  return [heading, message, retry];
}

void showApiReference();
