/** The shape that a JSON value must have: exactly these members, no more. */
export type Shape =
  | "text"
  | "whole"
  | "object"
  | "any"
  | { oneOf: readonly unknown[] }
  | { list: Shape }
  | { each: Shape }
  | { members: Readonly<Record<string, Shape>> }
  | { maybe: Shape };

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is wrong with a value, with the place where; undefined when it has the shape. */
export function wrong(value: unknown, shape: Shape, at = "$"): string | undefined {
  if (shape === "any") return undefined;
  if (shape === "text") return typeof value === "string" ? undefined : `${at} must be text`;
  if (shape === "whole") return Number.isSafeInteger(value) ? undefined : `${at} must be a whole number`;
  if (shape === "object") return isObject(value) ? undefined : `${at} must be an object`;
  if ("oneOf" in shape)
    return shape.oneOf.includes(value)
      ? undefined
      : `${at} must be ${shape.oneOf.map((one) => String(one)).join(" or ")}`;
  if ("maybe" in shape) return value === null ? undefined : wrong(value, shape.maybe, at);
  if ("list" in shape) {
    if (!Array.isArray(value)) return `${at} must be a list`;
    return first(value.map((item, i) => () => wrong(item, shape.list, `${at}[${i}]`)));
  }
  if (!isObject(value)) return `${at} must be an object`;
  if ("each" in shape)
    return first(
      Object.entries(value).map(
        ([name, item]) =>
          () =>
            wrong(item, shape.each, `${at}.${name}`),
      ),
    );
  const stranger = Object.keys(value).find((name) => !Object.hasOwn(shape.members, name));
  if (stranger !== undefined) return `${at} has the unknown member ${stranger}`;
  return first(
    Object.entries(shape.members).map(
      ([name, inner]) =>
        () =>
          Object.hasOwn(value, name) ? wrong(value[name], inner, `${at}.${name}`) : `${at} lacks ${name}`,
    ),
  );
}

function first(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found) return found;
  }
  return undefined;
}
