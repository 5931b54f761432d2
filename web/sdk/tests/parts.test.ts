import { expect, test } from "vitest";
import { each, uuidv7 } from "../src/index";
import { messages } from "../src/live";
import { challengeFrom, errorFrom } from "../src/problem";

test("a UUIDv7 begins with its time, says its version and variant, and sorts by time", () => {
  const id = uuidv7(0x0123456789ab);
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidv7(1000) < uuidv7(2000)).toBe(true);
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(1))).size).toBe(1000);
});

test.each([
  [
    'Bearer error="insufficient_user_authentication", acr_values="urn:companyos:mfa", max_age="300"',
    { acr_values: "urn:companyos:mfa", max_age: 300 },
  ],
  ["Bearer error=insufficient_user_authentication, max_age=5", { max_age: 5 }],
  ['Bearer error="invalid_token"', undefined],
  [null, undefined],
])("challenge of %s", (header, expected) => expect(challengeFrom(header)).toEqual(expected));

test("a failure that is no problem+json becomes one", async () => {
  const error = await errorFrom(
    new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway", headers: { "x-request-id": "r9" } }),
  );
  expect(error).toMatchObject({ status: 502, requestId: "r9", reasons: [] });
});

test("event streams are read across chunk borders, comments and CRLF left out", async () => {
  const parts = [": beat\n\nda", 'ta: {"a":1}\r\n', "\r\ndata: one\ndata: two\n\n", "retry: 5\n\n", "data: cut off"];
  const body = new ReadableStream({
    start: (to) => (parts.forEach((part) => to.enqueue(new TextEncoder().encode(part))), to.close()),
  });
  expect(await Array.fromAsync(messages(new Response(body)))).toEqual(['{"a":1}', "one\ntwo"]);
});

test("each walks every page and stops when the reader does", async () => {
  const asked: (string | undefined)[] = [];
  const list = async (cursor?: string) => (
    asked.push(cursor),
    cursor === undefined ? { items: [1, 2], next: "p2" } : { items: [3], next: null }
  );
  expect(await Array.fromAsync(each(list))).toEqual([1, 2, 3]);
  for await (const item of each(list)) if (item === 1) break;
  expect(asked).toEqual([undefined, "p2", undefined]);
});
