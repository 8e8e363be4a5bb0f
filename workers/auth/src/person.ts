// A person as the API shows them.
import * as z from "zod";

export const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  created_at: z.string(),
  email_verified: z.boolean(),
  phone_verified: z.boolean(),
});
