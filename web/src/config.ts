// Where this copy of the app finds its API, read from /config.json so that one build serves every stack.

export interface AppConfig {
  apiUrl: string;
  /** The sandbox, when it plays the telephone: then a phone sits in the corner of the page. */
  phoneUrl: string | null;
  /** Whether the speech-to-text understands people, and not only the sandbox's own speech: then that phone has a microphone. */
  hearsVoices: boolean;
  /** Where card numbers are tokenised, when it is not Stripe itself. */
  stripeUrl: string | null;
  stripePublishableKey: string;
}

let config: AppConfig | undefined;

export async function loadConfig(): Promise<void> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  config = await response.json();
}

export function appConfig(): AppConfig {
  if (config === undefined) throw new Error("The configuration was read before it was loaded.");
  return config;
}
