// Which database role each Worker has. A Worker that is not here reaches nothing.

const roles = {
  auth: "callmeback_auth",
  persona: "callmeback_persona",
  calls: "callmeback_calls",
  billing: "callmeback_billing",
} as const;

export type WorkerName = keyof typeof roles;
export type WorkerRole = (typeof roles)[WorkerName];

const isWorker = (name: string): name is WorkerName => Object.hasOwn(roles, name);

/** The role of a Worker by the name on its binding; throws for an unknown one. */
export function workerRole(worker: string): WorkerRole {
  if (!isWorker(worker)) throw new Error(`No database role for a Worker named ${worker}.`);
  return roles[worker];
}
