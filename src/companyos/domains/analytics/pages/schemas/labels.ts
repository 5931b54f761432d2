/** A property of a schema with what it may hold and how it is guarded; labels come from what it stands in. */
export interface Labelled {
  path: string;
  type: string;
  required: boolean;
  classification: string;
  pii: string;
  description: string;
}

interface Node {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  required?: string[];
  enum?: unknown[];
  format?: string;
  "x-companyos"?: { classification?: string; pii?: string };
}

interface Label {
  classification: string;
  pii: string;
}

/** Every property of a document, outermost first. */
export function labelled(document: Record<string, unknown>): Labelled[] {
  return inside(document as Node, "", { classification: "internal", pii: "" });
}

function inside(node: Node, path: string, above: Label): Labelled[] {
  const own = labelOf(node, above);
  const nested = node.items ? inside(node.items, `${path}[]`, own) : [];
  const properties = Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const at = path ? `${path}.${name}` : name;
    const label = labelOf(property, own);
    const row: Labelled = {
      path: at,
      type: typeOf(property),
      required: node.required?.includes(name) ?? false,
      description: property.description ?? "",
      ...label,
    };
    return [row, ...inside(property, at, own)];
  });
  return [...nested, ...properties];
}

const labelOf = ({ "x-companyos": said }: Node, above: Label): Label => ({
  classification: said?.classification ?? above.classification,
  pii: said?.pii ?? above.pii,
});

function typeOf({ type, enum: some, format, items }: Node): string {
  if (some) return some.map((one) => JSON.stringify(one)).join(" | ");
  const told = Array.isArray(type) ? type.join(" | ") : (type ?? "anything");
  if (told === "array") return `list of ${items ? typeOf(items) : "anything"}`;
  return format ? `${told}, ${format}` : told;
}
