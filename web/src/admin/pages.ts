// The operators' pages, added to the router when one of them is asked for.
import type { Router } from "vue-router";
import { useOperator } from "./operator.ts";
import { words } from "./words.ts";

const t = words.titles;

export const adminPages = [
  {
    path: "/admin/login",
    name: "admin-login",
    component: () => import("./LoginPage.vue"),
    meta: { title: t.login },
  },
  {
    path: "/admin",
    name: "admin-live",
    component: () => import("./calls/LivePage.vue"),
    meta: { title: t.live, needs: "operator" },
  },
  {
    path: "/admin/calls",
    name: "admin-calls",
    component: () => import("./calls/CallsPage.vue"),
    meta: { title: t.calls, needs: "operator" },
  },
  {
    path: "/admin/calls/:id",
    name: "admin-call",
    component: () => import("./calls/CallPage.vue"),
    meta: { title: t.call, needs: "operator" },
  },
  {
    path: "/admin/users",
    name: "admin-users",
    component: () => import("./users/UsersPage.vue"),
    meta: { title: t.users, needs: "operator" },
  },
  {
    path: "/admin/users/:id",
    name: "admin-user",
    component: () => import("./users/UserPage.vue"),
    meta: { title: t.user, needs: "operator" },
  },
  {
    path: "/admin/personas",
    name: "admin-personas",
    component: () => import("./personas/PersonasPage.vue"),
    meta: { title: t.personas, needs: "operator" },
  },
  {
    path: "/admin/personas/new",
    name: "admin-new-persona",
    component: () => import("./personas/EditorPage.vue"),
    meta: { title: t.newPersona, needs: "operator" },
  },
  {
    path: "/admin/personas/:id",
    name: "admin-persona",
    component: () => import("./personas/EditorPage.vue"),
    meta: { title: t.persona, needs: "operator" },
  },
  {
    path: "/admin/payments",
    name: "admin-payments",
    component: () => import("./payments/PaymentsPage.vue"),
    meta: { title: t.payments, needs: "operator" },
  },
  {
    path: "/admin/payments/:id",
    name: "admin-payment",
    component: () => import("./payments/PaymentPage.vue"),
    meta: { title: t.payment, needs: "operator" },
  },
  {
    path: "/admin/costs",
    name: "admin-costs",
    component: () => import("./watch/CostsPage.vue"),
    meta: { title: t.costs, needs: "operator" },
  },
  {
    path: "/admin/health",
    name: "admin-health",
    component: () => import("./watch/HealthPage.vue"),
    meta: { title: t.health, needs: "operator" },
  },
  {
    path: "/admin/audit",
    name: "admin-audit",
    component: () => import("./watch/AuditPage.vue"),
    meta: { title: t.audit, needs: "operator" },
  },
] as const;

export function addAdminPages(router: Router): void {
  for (const page of adminPages) router.addRoute(page);
  router.beforeEach((to) => {
    if (to.meta.needs === "operator" && !useOperator().isSignedIn)
      return { name: "admin-login", query: { next: to.fullPath } };
    return true;
  });
}
