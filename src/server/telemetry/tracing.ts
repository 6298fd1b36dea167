import type { SpanProcessor } from "@opentelemetry/sdk-trace-node";

export interface Tracing {
  /** Sends the remaining spans. Never rejects: a missing collector must not keep a server from stopping. */
  close(): Promise<void>;
}

/** By the standard environment variables. Undefined, without loading OpenTelemetry, if no collector is set. */
export async function openTracing(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<Tracing | undefined> {
  const isWanted = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some(
    (name) => (env[name] ?? "") !== "",
  );
  if (!isWanted || env["OTEL_SDK_DISABLED"] === "true") return undefined;
  const [{ BatchSpanProcessor }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  return registerTracing(new BatchSpanProcessor(new OTLPTraceExporter()), env, version);
}

export async function registerTracing(
  processor: SpanProcessor,
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<Tracing> {
  const [{ NodeTracerProvider }, { defaultResource, resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/resources"),
  ]);
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        "service.name": env["OTEL_SERVICE_NAME"] ?? "flowline",
        "service.version": version,
      }),
    ),
    spanProcessors: [processor],
  });
  provider.register();
  return { close: () => provider.shutdown().catch(() => undefined) };
}
