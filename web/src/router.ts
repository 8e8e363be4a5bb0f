// The pages. Each is a chunk of its own, so that the first one comes fast.
import { createRouter, createWebHistory } from "vue-router";
import { m } from "./messages.ts";
import { useSession } from "./session/session.ts";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** Who may see it: anybody unless said. */
    needs?: "person" | "operator";
  }
}

const t = m.titles;

export const pages = [
  {
    path: "/",
    name: "gallery",
    component: () => import("./gallery/GalleryPage.vue"),
    meta: { title: t.gallery },
  },
  {
    path: "/personas/new",
    name: "new-persona",
    component: () => import("./persona/EditorPage.vue"),
    meta: { title: t.newPersona, needs: "person" },
  },
  {
    path: "/personas/:id",
    name: "persona",
    component: () => import("./persona/PersonaPage.vue"),
    meta: { title: t.persona },
  },
  {
    path: "/personas/:id/edit",
    name: "edit-persona",
    component: () => import("./persona/EditorPage.vue"),
    meta: { title: t.editPersona, needs: "person" },
  },
  {
    path: "/call/:personaId",
    name: "call-now",
    component: () => import("./call/CallNowPage.vue"),
    meta: { title: t.callNow, needs: "person" },
  },
  {
    path: "/calls",
    name: "history",
    component: () => import("./history/HistoryPage.vue"),
    meta: { title: t.history, needs: "person" },
  },
  {
    path: "/schedule",
    name: "schedule",
    component: () => import("./schedule/SchedulePage.vue"),
    meta: { title: t.schedule, needs: "person" },
  },
  {
    path: "/calls/:id",
    name: "call",
    component: () => import("./call/CallPage.vue"),
    meta: { title: t.call, needs: "person" },
  },
  {
    path: "/login",
    name: "login",
    component: () => import("./account/LoginPage.vue"),
    meta: { title: t.login },
  },
  {
    path: "/register",
    name: "register",
    component: () => import("./account/RegisterPage.vue"),
    meta: { title: t.register },
  },
  {
    path: "/phone",
    name: "phone",
    component: () => import("./account/VerifyPhonePage.vue"),
    meta: { title: t.phone, needs: "person" },
  },
  {
    path: "/cards",
    name: "cards",
    component: () => import("./account/CardsPage.vue"),
    meta: { title: t.cards, needs: "person" },
  },
  {
    path: "/account",
    name: "account",
    component: () => import("./account/AccountPage.vue"),
    meta: { title: t.account, needs: "person" },
  },
  {
    path: "/:rest(.*)*",
    name: "not-found",
    component: () => import("./NotFoundPage.vue"),
    meta: { title: t.notFound },
  },
] as const;

export const router = createRouter({
  history: createWebHistory(),
  routes: [...pages],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

// The operators' pages are told to the router when somebody goes there, so that the app pays nothing for them.
router.beforeEach(async (to) => {
  if (!/^\/admin(\/|$)/.test(to.path) || router.hasRoute("admin-login")) return true;
  const { addAdminPages } = await import("./admin/pages.ts");
  addAdminPages(router);
  return to.fullPath;
});

router.beforeEach((to) => {
  if (to.meta.needs === "person" && !useSession().isSignedIn)
    return { name: "login", query: { next: to.fullPath } };
  return true;
});

router.afterEach((to) => {
  document.title = `${to.meta.title} · ${m.name}`;
});
