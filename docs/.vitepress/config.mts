import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Nixery for Node",
  description: "A container registry that builds images while they are pulled.",
  cleanUrls: true,
  lastUpdated: false,
  // The index of the local search is one chunk.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide/getting-started" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar: {
      "/guide/": [
        { text: "Getting started", link: "/guide/getting-started" },
        { text: "Package sources", link: "/guide/package-sources" },
        { text: "Writing a storage backend", link: "/guide/writing-a-storage-backend" },
        { text: "Cloud storage", link: "/guide/cloud-storage" },
        { text: "Operations", link: "/guide/operations" },
        { text: "Layering", link: "/guide/layering" },
        { text: "Popularity", link: "/guide/popularity" },
      ],
    },
    search: { provider: "local" },
  },
});
