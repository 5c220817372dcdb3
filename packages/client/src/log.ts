// What the client needs of a log.
export interface Log {
  readonly warn: (
    event: string,
    fields?: Readonly<Record<string, string | number | boolean | undefined>>,
  ) => void;
}
