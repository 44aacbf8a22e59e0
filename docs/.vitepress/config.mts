import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";

const docs = join(import.meta.dirname, "..");

/** Links to the pages of a directory, by their titles. */
function pagesOf(directory: string): { text: string; link: string }[] {
  if (!existsSync(join(docs, directory))) {
    // The reference is there once typedoc has written it.
    return [];
  }
  return readdirSync(join(docs, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .map((file) => ({
      text: /^# (.+)$/m.exec(readFileSync(join(docs, directory, file), "utf8"))?.[1] ?? file,
      link: `/${directory}/${file.replace(/\.md$/, "")}`,
    }))
    .toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

const guide = [
  {
    text: "Use it",
    items: [
      { text: "Getting started", link: "/guide/getting-started" },
      { text: "Embedding", link: "/guide/embedding" },
      { text: "Package sources", link: "/guide/package-sources" },
      { text: "Cloud storage", link: "/guide/cloud-storage" },
      { text: "Events", link: "/guide/events" },
      { text: "Error codes", link: "/guide/error-codes" },
      { text: "Troubleshooting", link: "/guide/troubleshooting" },
    ],
  },
  {
    text: "Operate it",
    items: [
      { text: "Running the server", link: "/guide/operations/running" },
      { text: "Responses to clients", link: "/guide/operations/clients" },
      { text: "Logs", link: "/guide/operations/logs" },
      { text: "Capacity", link: "/guide/operations/capacity" },
    ],
  },
  {
    text: "Extend it",
    items: [
      { text: "Overview", link: "/guide/extending" },
      { text: "Writing a storage backend", link: "/guide/writing-a-storage-backend" },
    ],
  },
  {
    text: "Layers",
    items: [
      { text: "Layering", link: "/guide/layering" },
      { text: "Popularity", link: "/guide/popularity" },
    ],
  },
  { text: "Decisions", collapsed: true, items: pagesOf("decisions") },
];

export default defineConfig({
  title: "Nixery for Node",
  description: "A container registry that builds images while they are pulled.",
  cleanUrls: true,
  lastUpdated: false,
  // The index of the local search is one chunk.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide/getting-started", activeMatch: "^/(guide|decisions)/" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar: {
      "/guide/": guide,
      "/decisions/": guide,
      "/reference/": [{ text: "Packages", items: pagesOf("reference") }],
    },
    outline: { level: [2, 3] },
    search: { provider: "local" },
  },
});
