/**
 * House rule of the console: only `@companyos/sdk` talks to a server.
 *
 * Everywhere else these are errors: `fetch`, `XMLHttpRequest`, `EventSource`, `WebSocket`,
 * `navigator.sendBeacon`, and any literal that spells an API path ("/api/…"). A page asks the SDK; it knows no URL.
 */
const TALKERS = new Set(["fetch", "XMLHttpRequest", "EventSource", "WebSocket", "sendBeacon"]);
const SAY = "Only @companyos/sdk talks to the server: ask the SDK instead of";

const onlySdkTalks = {
  meta: { type: "problem", docs: { description: "forbid network access outside the SDK" } },
  create(context) {
    const spellsApi = (node, text) => {
      if (/(^|[^\w])\/api\//.test(text)) context.report({ node, message: `${SAY} the path "${text.trim()}".` });
    };
    return {
      CallExpression(node) {
        const callee = node.callee;
        const name = callee.type === "Identifier" ? callee.name : callee.property?.name;
        if (TALKERS.has(name)) context.report({ node, message: `${SAY} ${name}().` });
      },
      NewExpression(node) {
        const name = node.callee.name ?? node.callee.property?.name;
        if (TALKERS.has(name)) context.report({ node, message: `${SAY} new ${name}().` });
      },
      Literal(node) {
        if (typeof node.value === "string") spellsApi(node, node.value);
      },
      TemplateElement(node) {
        spellsApi(node, node.value.raw);
      },
    };
  },
};

export default { meta: { name: "companyos" }, rules: { "only-sdk-talks": onlySdkTalks } };
