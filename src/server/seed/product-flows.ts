import type { FlowInput } from "./flow-input.ts";

/** Sorts feedback and sends what is urgent to a person. */
export const feedbackRouter: FlowInput = {
  name: "Feedback router",
  description: "Sorts customer feedback, answers what is simple, and hands the rest to a person.",
  flowSteps: [
    {
      id: "sort",
      type: "prompt",
      name: "Sort feedback",
      order: 0,
      enabled: true,
      config: {
        model: "gpt-4o-mini",
        userPrompt:
          "Answer in JSON with keys topic (bug, wish, praise) and mood (-1 to 1).\n\n{{_record.metadata.text}}",
        responseFormat: "json",
        outputVariable: "feedback",
      },
    },
    {
      id: "similar",
      type: "vector-search",
      name: "Find similar",
      order: 1,
      enabled: true,
      config: { query: "{{_record.metadata.text}}", limit: 5, threshold: 0.75, outputVariable: "similar" },
    },
    {
      id: "route",
      type: "conditional",
      name: "Is it a bug?",
      order: 2,
      enabled: true,
      config: {
        condition: "feedback.topic === 'bug'",
        trueSteps: [
          {
            id: "ticket",
            type: "api-call",
            name: "Open ticket",
            order: 0,
            enabled: true,
            config: {
              http: {
                method: "POST",
                url: "https://tickets.example.com/issues",
                headers: { Authorization: "Bearer {{secret:TICKETS_KEY}}" },
                body: '{"title":"{{_record.name}}","similar":"{{similar}}"}',
              },
              outputVariable: "ticket",
            },
          },
          {
            id: "angry",
            type: "conditional",
            name: "Upset customer?",
            order: 1,
            enabled: true,
            config: {
              condition: "feedback.mood < -0.5",
              trueSteps: [
                {
                  id: "call",
                  type: "send-text",
                  name: "Page support lead",
                  order: 0,
                  enabled: true,
                  config: {
                    from: "+15550100",
                    to: "{{support_lead}}",
                    message: "Upset customer: {{ticket.url}}",
                    outputVariable: "paged",
                  },
                },
              ],
              falseSteps: [],
            },
          },
        ],
        falseSteps: [
          {
            id: "thank",
            type: "send-email",
            name: "Say thanks",
            order: 0,
            enabled: true,
            config: {
              from: "hello@example.com",
              to: "{{_record.metadata.email}}",
              subject: "Thank you",
              html: "<p>Your {{feedback.topic}} reached us.</p>",
              outputVariable: "thanked",
            },
          },
        ],
      },
    },
    {
      id: "remember",
      type: "upsert-record",
      name: "Remember feedback",
      order: 3,
      enabled: true,
      config: {
        recordType: "feedback",
        recordName: "{{_record.name}}",
        sourceVariable: "feedback",
        mergeStrategy: "merge",
        outputVariable: "remembered",
      },
    },
  ],
};

/** Writes release notes from merged changes. */
export const releaseNotes: FlowInput = {
  name: "Release notes",
  description: "Collects merged changes and writes notes that customers understand.",
  flowSteps: [
    {
      id: "repository",
      type: "fetch-github",
      name: "Fetch repository",
      order: 0,
      enabled: true,
      config: {
        repository: "example/product",
        branch: "main",
        path: "CHANGELOG.md",
        outputVariable: "changes",
      },
    },
    {
      id: "draft",
      type: "prompt",
      name: "Draft notes",
      order: 1,
      enabled: true,
      config: {
        model: "gpt-4o",
        userPrompt: "Write release notes for customers from these changes.\n\n{{changes}}",
        outputVariable: "draft",
      },
    },
    {
      id: "shorten",
      type: "prompt",
      name: "Shorten",
      order: 2,
      enabled: false,
      config: {
        model: "gpt-4o-mini",
        userPrompt: "Keep only what a customer notices.\n\n{{draft}}",
        outputVariable: "short_notes",
      },
    },
    {
      id: "pdf",
      type: "generate-pdf",
      name: "Make PDF",
      order: 3,
      enabled: true,
      config: { markdown: "{{draft}}", filename: "release-{{_now}}.pdf", outputVariable: "pdf" },
    },
    {
      id: "reply",
      type: "send-stream",
      name: "Show notes",
      order: 4,
      enabled: true,
      config: { sourceVariable: "draft", streamType: "text" },
    },
  ],
};

/** Keeps a search index of the help pages fresh. */
export const documentIndex: FlowInput = {
  name: "Index the help pages",
  description: "Crawls the help centre and keeps its search index fresh.",
  flowSteps: [
    {
      id: "crawl",
      type: "crawl",
      name: "Crawl help centre",
      order: 0,
      enabled: true,
      config: { url: "https://help.example.com", limit: 200, outputVariable: "pages" },
    },
    {
      id: "split",
      type: "transform-data",
      name: "Split into sections",
      order: 1,
      enabled: true,
      config: {
        script: "return input.pages.flatMap((page) => page.text.split('\\n## '));",
        outputVariable: "sections",
      },
    },
    {
      id: "embed",
      type: "generate-embedding",
      name: "Embed sections",
      order: 2,
      enabled: true,
      config: {
        inputSource: "sections",
        embeddingModel: "text-embedding-3-small",
        outputVariable: "vectors",
      },
    },
    {
      id: "store",
      type: "store-vector",
      name: "Store vectors",
      order: 3,
      enabled: true,
      config: { vectorsSource: "vectors", destination: "help", outputVariable: "stored" },
    },
    {
      id: "report",
      type: "send-event",
      name: "Report",
      order: 4,
      enabled: false,
      config: {
        eventType: "help.indexed",
        payload: { sections: "{{stored.count}}" },
        outputVariable: "reported",
      },
    },
  ],
};
