// Where the thing is that an act was done to. Pure.
const places: Readonly<Record<string, string>> = {
  user: "/admin/users",
  persona: "/admin/personas",
  payment: "/admin/payments",
  call: "/admin/calls",
};

/** Null where it has no page, or has none any more. */
export function placeOf(act: string, target: string): string | null {
  const [kind = "", what] = act.split(".");
  const place = Object.hasOwn(places, kind) ? places[kind] : undefined;
  return place === undefined || what === "delete" ? null : `${place}/${encodeURIComponent(target)}`;
}
