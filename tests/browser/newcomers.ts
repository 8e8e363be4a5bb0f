// People who come through the app's own front door.
import type { Page } from "playwright-core";

let people = 0;

/** Somebody new, before their number is verified; returns the number. */
export async function registerNewcomer(page: Page): Promise<string> {
  people += 1;
  const phone = `+1415555${String(200 + people).padStart(4, "0")}`;
  await page.goto("/register");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill(`ada.${people}@example.com`);
  await page.getByLabel("Phone number").fill(phone);
  await page.getByLabel("Password").fill("SecurePass123!");
  await page.getByLabel("I am 18 or older.").check();
  await page.getByLabel("I agree that CallMeBack calls").check();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Is this your phone?" }).waitFor();
  return phone;
}

/** Sends a code and reads it off the phone in the corner. */
export async function sendCode(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByRole("button", { name: "Open the phone" }).click();
  const bubble = page.getByRole("log", { name: "Messages" }).getByText(/\d{6}/).first();
  if (!(await bubble.isVisible())) {
    const messages = page.getByRole("button", { name: "Messages" });
    if (await messages.isVisible()) await messages.click();
  }
  const code = /\d{6}/.exec((await bubble.textContent()) ?? "")?.[0] ?? "";
  await page.getByRole("button", { name: "Put the phone away" }).first().click();
  return code;
}

export async function verifyPhone(page: Page): Promise<void> {
  const code = await sendCode(page);
  await page.getByLabel("The six digits").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("Your number is verified. It can ring now.").first().waitFor();
}

export async function addCard(page: Page, number: string): Promise<void> {
  await page.goto("/cards");
  await page.getByLabel("Card number").fill(number);
  await page.getByLabel("Expires").fill("12 / 34");
  await page.getByLabel("Security code").fill("123");
  await page.getByRole("button", { name: "Keep this card" }).click();
}
