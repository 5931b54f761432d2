// Sends one event and asks for flags with the public PostHog client for Node.
// Environment: HOST, KEY, AGREED (JSON: what the property `companyos` says). Prints the flags as JSON.
import { PostHog } from "posthog-node";

const client = new PostHog(process.env.KEY, { host: process.env.HOST, flushAt: 1, fetchRetryCount: 0 });
client.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
client.register({ companyos: JSON.parse(process.env.AGREED) });
console.log(JSON.stringify(await client.getAllFlags("ada")));
client.capture({ distinctId: "ada", event: "order_placed", properties: { order: "o-1", total: 9.5 } });
await client.shutdown();
