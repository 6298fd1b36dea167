import type { JsonObject } from "#core/json/json.ts";

/** The shape of a flow that the platform's chat widget ships, with texts of our own. */
export interface WidgetFlow {
  readonly flow: JsonObject & { readonly name: string; readonly steps: readonly JsonObject[] };
  /** Inputs that the system prompt reads, with sample values. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly answersJson: boolean;
  /** Whether the page sends tools for the model (`clientTools`), which this server does not offer. */
  readonly sendsTools: boolean;
}

interface Shape {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly format?: "JSON" | "markdown";
  readonly model?: string;
  /** Absent where the shape has no such key. */
  readonly reasoning?: false;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly sendsTools?: boolean;
}

const MODEL = "nemotron-3-ultra-550b-a55b";

const JSON_ANSWER = 'Answer with one JSON object: { "text": "…", "action": "message" }.';

const SHAPES: readonly Shape[] = [
  { id: "widget_prompt", name: "Plain chat", system: "Chat in a friendly tone." },
  {
    id: "form_prompt",
    name: "Forms in a chat",
    system: `Ask for missing details with a form. ${JSON_ANSWER}`,
    format: "JSON",
    reasoning: false,
  },
  {
    id: "action_prompt",
    name: "Shop actions",
    system: `Help with orders on this page. ${JSON_ANSWER} Use { "action": "nav_then_click" } to move on.`,
    format: "JSON",
    reasoning: false,
  },
  {
    id: "metadata_action_prompt",
    name: "Shop actions with page data",
    system: `Use the page data of the record. ${JSON_ANSWER}`,
    format: "JSON",
    reasoning: false,
  },
  {
    id: "component_prompt",
    name: "Components",
    system: `Show a component where it helps: { "component": "Card", "props": {} }. ${JSON_ANSWER}`,
    format: "JSON",
    reasoning: false,
  },
  {
    id: "bakery_action_prompt",
    name: "Bakery",
    system: `Page {{current_page}} ({{page_url}}, “{{page_title}}”). Elements: {{page_elements}}. {{page_context}} Cart: {{cart}}. Last order: {{recent_order}}. ${JSON_ANSWER}`,
    format: "JSON",
    reasoning: false,
    inputs: {
      current_page: "home",
      page_url: "https://bakery.example/",
      page_title: "Bread",
      page_elements: "[]",
      page_context: "Open until six.",
      cart: "2 rolls",
      recent_order: "none",
    },
  },
  {
    id: "storefront_action_prompt",
    name: "Storefront",
    system: `Product: {{current_product}}. Cart: {{cart}}. ${JSON_ANSWER}`,
    format: "JSON",
    reasoning: false,
    inputs: { current_product: "Shawl", cart: "empty" },
  },
  {
    id: "webmcp_storefront_prompt",
    name: "Storefront with page tools",
    system: "Find shoes with the tools of the page.",
    reasoning: false,
    sendsTools: true,
  },
  {
    id: "webmcp_calendar_prompt",
    name: "Calendar with page tools",
    system: "Plan meetings with the tools of the page.",
    reasoning: false,
    sendsTools: true,
  },
  {
    id: "webmcp_slides_prompt",
    name: "Slides with page tools",
    system: "Edit the slides. Deck: {{slides_context}}",
    reasoning: false,
    inputs: { slides_context: "3 slides" },
    sendsTools: true,
  },
  {
    id: "webmcp_paint_prompt",
    name: "Paint with page tools",
    system: "Draw on the canvas. Canvas: {{paint_context}}",
    model: "gemini-3.5-flash",
    reasoning: false,
    inputs: { paint_context: "blank" },
    sendsTools: true,
  },
  {
    id: "webmcp_docked_prompt",
    name: "Dashboard with page tools",
    system: "Answer from the dashboard.",
    reasoning: false,
    sendsTools: true,
  },
  {
    id: "page_context_prompt",
    name: "Page context",
    system: `This is the page: {{pageContext}}. ${JSON_ANSWER}`,
    format: "JSON",
    inputs: { pageContext: "Terms of use" },
  },
  {
    id: "theme_assistant_prompt",
    name: "Theme editor",
    system: "Change colors of the theme with the tools of the page.",
    model: "gemini-3.5-flash",
    reasoning: false,
    sendsTools: true,
  },
];

export const WIDGET_FLOWS: readonly WidgetFlow[] = SHAPES.map(
  ({ id, name, system, format = "markdown", model = MODEL, reasoning, inputs = {}, sendsTools = false }) => {
    const config: JsonObject = {
      model,
      ...(reasoning === false && { reasoning }),
      responseFormat: format,
      outputVariable: "prompt_result",
      userPrompt: "{{user_message}}",
      systemPrompt: system,
      previousMessages: "{{messages}}",
    };
    const step = { id, name: `${name} prompt`, type: "prompt", enabled: true, config };
    return {
      flow: { name, description: `${name}, for a chat widget`, steps: [step] },
      inputs,
      answersJson: format === "JSON",
      sendsTools,
    };
  },
);
