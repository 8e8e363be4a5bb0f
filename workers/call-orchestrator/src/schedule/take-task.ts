// One message of the queue: done, or told to come again.
import { logFault } from "@callmeback/shared/domain/log";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import { concludeNow } from "../conclude-later.ts";
import type { CallDeps } from "../env.ts";
import { scheduleTask } from "./claim-due.ts";
import { remind } from "./remind.ts";
import { startScheduled } from "./start-scheduled.ts";

/** As much of a queue's message as is used here. */
export interface QueuedTask {
  body: unknown;
  ack(): void;
  retry(): void;
}

const doers = { start: startScheduled, remind, conclude: concludeNow };

export async function takeTask(deps: CallDeps, message: QueuedTask): Promise<void> {
  try {
    const task = scheduleTask.parse(message.body);
    await withRequestId(`schedule-${task.id}`, () => doers[task.do](deps, task.id));
    message.ack();
  } catch (error) {
    logFault(
      { worker: "call-orchestrator", event: "a scheduled task failed", task: JSON.stringify(message.body) },
      error,
    );
    message.retry();
  }
}

/** Tasks that failed to the last. Nothing is lost: a lease that ran out is claimed anew by the cron. Somebody should know. */
export function tellOfDead(messages: readonly Pick<QueuedTask, "body" | "ack">[]): void {
  for (const message of messages) {
    const task = JSON.stringify(message.body);
    logFault(
      { worker: "call-orchestrator", event: "alarm: a scheduled task failed to the last", task },
      new Error("It is in no queue any more."),
    );
    message.ack();
  }
}
