// Method and path of the routes that the app uses. The contract's types hold each line to the contract, and the
// contract's schemas (and zod with them) stay out of the first page.
import type { Contract, RouteName } from "@callmeback/shared/contract";

export const routes = {
  register: ["POST", "/api/auth/register"],
  login: ["POST", "/api/auth/login"],
  logout: ["POST", "/api/auth/logout"],
  me: ["GET", "/api/auth/me"],
  changePassword: ["PUT", "/api/auth/password"],
  updateProfile: ["PUT", "/api/user/profile"],
  exportAccount: ["GET", "/api/user/export"],
  deleteAccount: ["DELETE", "/api/user"],
  startPhoneVerification: ["POST", "/api/user/phone/verification"],
  checkPhoneVerification: ["POST", "/api/user/phone/verification/check"],
  billing: ["GET", "/api/user/billing"],
  addPaymentMethod: ["POST", "/api/user/payment-method"],
  createSetupIntent: ["POST", "/api/user/setup-intent"],
  setDefaultPaymentMethod: ["PUT", "/api/user/payment-method/:id/default"],
  removePaymentMethod: ["DELETE", "/api/user/payment-method/:id"],
  usage: ["GET", "/api/user/usage"],
  scheduleCall: ["POST", "/api/calls/schedule"],
  listScheduledCalls: ["GET", "/api/calls/scheduled"],
  cancelScheduledCall: ["DELETE", "/api/calls/schedule/:id"],
  createPaymentIntent: ["POST", "/api/user/create-payment-intent"],
  listPersonas: ["GET", "/api/personas"],
  getPersona: ["GET", "/api/personas/:id"],
  createPersona: ["POST", "/api/personas"],
  updatePersona: ["PUT", "/api/personas/:id"],
  deletePersona: ["DELETE", "/api/personas/:id"],
  previewPersona: ["GET", "/api/personas/:id/preview"],
  tryPersona: ["POST", "/api/personas/:id/try-out"],
  listContacts: ["GET", "/api/contacts"],
  addContact: ["POST", "/api/contacts"],
  removeContact: ["DELETE", "/api/contacts/:personaId"],
  listScenarioTemplates: ["GET", "/api/scenario-templates"],
  createCall: ["POST", "/api/call"],
  listCalls: ["GET", "/api/calls"],
  getCall: ["GET", "/api/calls/:id"],
  getRecording: ["GET", "/api/calls/:id/recording"],
  deleteRecording: ["DELETE", "/api/calls/:id/recording"],
  hangUpCall: ["POST", "/api/calls/:id/hangup"],
} as const satisfies {
  [N in RouteName]?: readonly [Contract[N]["method"], Contract[N]["path"]];
};

export type UsedRoute = keyof typeof routes;
