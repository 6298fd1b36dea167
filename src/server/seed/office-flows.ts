import type { FlowInput } from "./flow-input.ts";

/** Researches a new lead and tells sales about the good ones. */
export const leadResearch: FlowInput = {
  name: "Research a new lead",
  description: "Reads a lead's website, scores the fit, and tells sales about the good ones.",
  flowSteps: [
    {
      id: "read-site",
      type: "fetch-url",
      name: "Read website",
      order: 0,
      enabled: true,
      config: {
        http: { method: "GET", url: "https://{{_record.metadata.domain}}" },
        fetchMethod: "http",
        responseType: "text",
        outputVariable: "website",
      },
    },
    {
      id: "summarise",
      type: "prompt",
      name: "Summarise company",
      order: 1,
      enabled: true,
      config: {
        model: "gpt-4o-mini",
        systemPrompt: "You brief a sales team in plain words.",
        userPrompt: "Say in five sentences what this company does and for whom.\n\n{{website}}",
        outputVariable: "company",
      },
    },
    {
      id: "score",
      type: "prompt",
      name: "Score the fit",
      order: 2,
      enabled: true,
      config: {
        model: "gpt-4o-mini",
        userPrompt: "{{company}}\n\nAnswer in JSON with keys score (0 to 10) and reason.",
        responseFormat: "json",
        outputVariable: "fit",
      },
    },
    {
      id: "keep",
      type: "update-record",
      name: "Keep the result",
      order: 3,
      enabled: true,
      config: {
        recordId: "{{_record.id}}",
        updates: { summary: "{{company}}", score: "{{fit.score}}" },
        mergeStrategy: "merge",
        outputVariable: "kept",
      },
    },
    {
      id: "tell-sales",
      type: "send-email",
      name: "Tell sales",
      order: 4,
      enabled: true,
      when: "fit.score >= 7",
      config: {
        from: "leads@example.com",
        to: "sales@example.com",
        subject: "{{_record.name}} scores {{fit.score}}",
        html: "<p>{{fit.reason}}</p>",
        outputVariable: "mail",
      },
    },
  ],
};

/** Writes minutes from a transcript. */
export const meetingMinutes: FlowInput = {
  name: "Meeting minutes",
  description: "Turns a transcript into minutes, with a list of who does what.",
  flowSteps: [
    {
      id: "minutes",
      type: "prompt",
      name: "Write minutes",
      order: 0,
      enabled: true,
      config: {
        model: "gpt-4o",
        userPrompt: "Write short minutes of this meeting.\n\n{{transcript}}",
        outputVariable: "minutes",
      },
    },
    {
      id: "tasks",
      type: "prompt",
      name: "List tasks",
      order: 1,
      enabled: true,
      config: {
        model: "gpt-4o-mini",
        userPrompt: "List the tasks in these minutes as JSON: [{who, what, until}].\n\n{{minutes}}",
        responseFormat: "json",
        outputVariable: "tasks",
      },
    },
    {
      id: "page",
      type: "template",
      name: "Lay out the page",
      order: 2,
      enabled: true,
      config: {
        template:
          "# {{ _record.name }}\n\n{{ minutes }}\n\n{% for task in tasks %}- {{ task.who }}: {{ task.what }}\n{% endfor %}",
        outputVariable: "page",
      },
    },
    {
      id: "send",
      type: "send-email",
      name: "Send to everyone",
      order: 3,
      enabled: false,
      config: {
        from: "minutes@example.com",
        to: "{{_record.metadata.attendees}}",
        subject: "Minutes: {{_record.name}}",
        html: "{{page}}",
        outputVariable: "sent",
      },
    },
  ],
};

/** Chases unpaid invoices, gently or firmly. */
export const invoiceReminders: FlowInput = {
  name: "Invoice reminders",
  description: "Finds how late an invoice is and writes the reminder that fits.",
  flowSteps: [
    {
      id: "invoice",
      type: "api-call",
      name: "Load invoice",
      order: 0,
      enabled: true,
      config: {
        http: {
          method: "GET",
          url: "https://billing.example.com/invoices/{{_record.metadata.invoice_id}}",
          headers: { Authorization: "Bearer {{secret:BILLING_KEY}}" },
        },
        outputVariable: "invoice",
      },
    },
    {
      id: "lateness",
      type: "transform-data",
      name: "Days late",
      order: 1,
      enabled: true,
      config: {
        script:
          "const due = Date.parse(input.invoice.dueDate);\nreturn Math.floor((Date.now() - due) / 86400000);",
        outputVariable: "daysLate",
      },
    },
    {
      id: "tone",
      type: "conditional",
      name: "Very late?",
      order: 2,
      enabled: true,
      config: {
        condition: "daysLate > 30",
        trueSteps: [
          {
            id: "firm",
            type: "set-variable",
            name: "Firm tone",
            order: 0,
            enabled: true,
            config: { variableName: "tone", value: "firm, and names the late fee" },
          },
          {
            id: "log-late",
            type: "send-event",
            name: "Log late payer",
            order: 1,
            enabled: true,
            config: {
              eventType: "invoice.very_late",
              payload: { invoice: "{{invoice.id}}", days: "{{daysLate}}" },
              outputVariable: "logged",
            },
          },
        ],
        falseSteps: [
          {
            id: "gentle",
            type: "set-variable",
            name: "Gentle tone",
            order: 0,
            enabled: true,
            config: { variableName: "tone", value: "friendly" },
          },
        ],
      },
    },
    {
      id: "write",
      type: "prompt",
      name: "Write reminder",
      order: 3,
      enabled: true,
      config: {
        model: "gpt-4o-mini",
        userPrompt: "Write a {{tone}} reminder for invoice {{invoice.number}} over {{invoice.total}}.",
        outputVariable: "reminder",
      },
    },
    {
      id: "mail",
      type: "send-email",
      name: "Send reminder",
      order: 4,
      enabled: true,
      when: "daysLate > 0",
      config: {
        from: "billing@example.com",
        to: "{{invoice.customer.email}}",
        subject: "Invoice {{invoice.number}}",
        html: "{{reminder}}",
        errorHandling: { onError: "continue" },
        outputVariable: "mailed",
      },
    },
  ],
};
