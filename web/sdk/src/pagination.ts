/** One page of a list; `next` is the cursor of the following page; null or absent at the end. */
export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** Every item of a list, page after page, as far as the caller reads. */
export async function* each<T>(list: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
