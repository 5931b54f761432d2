/** One evidence pack, verified and shown by a file that stands alone: it asks nobody and needs nothing but itself. */
import "@companyos/kit/pack.css";
import "./viewer.css";
import { createRoot } from "react-dom/client";
import { Viewer } from "./Viewer";

/** What the command wrote beside the script: text that is never run. */
const given = (id: string): string => document.getElementById(id)?.textContent.trim() ?? "";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
const pack = Uint8Array.from(atob(given("pack")), (letter) => letter.charCodeAt(0));
const [name, names] = [JSON.parse(given("name")) as string, JSON.parse(given("names")) as Record<string, string>];
createRoot(root).render(<Viewer name={name} pack={pack} keys={given("keys")} names={new Map(Object.entries(names))} />);
