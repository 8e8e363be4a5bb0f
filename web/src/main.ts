// Starts the web app: reads where the API is, then mounts.
import { PiniaColada } from "@pinia/colada";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { loadConfig } from "./config.ts";
import { m } from "./messages.ts";
import { router } from "./router.ts";
import "./style/tokens.css";
import "./style/base.css";

loadConfig().then(
  () => createApp(App).use(createPinia()).use(PiniaColada, {}).use(router).mount("#app"),
  () => {
    const sorry = document.createElement("p");
    sorry.className = "notice";
    sorry.textContent = m.errors.noConfig;
    document.body.replaceChildren(sorry);
  },
);
