// A stream read item by item, as programs do, for as long as the test wants to.

/** Asked after each item of a stream that the program iterates: whether it reads on. */
export type GoesOn = (items: number) => boolean;

export async function collect<T>(
  stream: AsyncIterable<T>,
  goesOn: GoesOn = () => true,
): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) {
    items.push(item);
    if (!goesOn(items.length)) break;
  }
  return items;
}
