import { defineConfig, loadEnv } from "vite";

// During development the pages ask the gateway that HUB_WALL names, else one on port 8080.
export default defineConfig(({ mode }) => ({
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { wall: "index.html", duty: "duty/index.html", desk: "desk/index.html" } },
  },
  server: { host: "127.0.0.1", proxy: { "/v1": loadEnv(mode, ".", "HUB_")["HUB_WALL"] ?? "http://127.0.0.1:8080" } },
}));
