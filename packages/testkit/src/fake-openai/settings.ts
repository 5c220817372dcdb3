// The options of the fake with their defaults filled in.

export interface Settings {
  readonly outputTokens: number;
  /** Those that have prices. */
  readonly models: readonly string[];
  readonly snapshots: Readonly<Record<string, string>>;
  readonly usageNullOnChunks: boolean;
  readonly apiKey: string | undefined;
  /** Deployment of Azure → the model it runs. */
  readonly deployments: Readonly<Record<string, string>>;
  /** Path → body of what can be read later. */
  readonly stored: Map<string, unknown>;
}
