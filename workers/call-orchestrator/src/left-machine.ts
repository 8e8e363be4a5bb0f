// Whether a call's persona leaves who answered it, by Twilio's word. A fax is always left: nobody can speak to it.
import { type Fragment, sql } from "@callmeback/shared/rpc/database";

/** Of `calls`. A snapshot that was written before personas had the choice leaves machines. */
export const isLeftMachine = (answeredBy: Fragment) => sql`(${answeredBy} ~ '^fax'
  or (${answeredBy} ~ '^machine' and coalesce((persona->>'leaves_machines')::boolean, true)))`;
