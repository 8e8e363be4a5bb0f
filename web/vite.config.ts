// How the web app is built: Vue, and a budget for the JavaScript of the first page that breaks the build when it is exceeded.
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { firstRouteBudget } from "./first-route-budget.ts";

export default defineConfig({
  plugins: [vue(), firstRouteBudget({ page: "src/gallery/GalleryPage.vue", gzipBytes: 150 * 1024 })],
  build: { target: "es2023", modulePreload: { polyfill: false }, reportCompressedSize: false },
});
