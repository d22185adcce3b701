import { useState } from "preact/hooks";
import { announce } from "./announcer";

const SHOWN_MS = 1500;

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or not a secure context
  }
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  const clicked = async (): Promise<void> => {
    const copied = await copy(text);
    announce(copied ? `Copied the ${what}.` : `Could not copy; select the ${what} and copy it by hand.`);
    setDone(copied);
    if (copied) setTimeout(() => setDone(false), SHOWN_MS);
  };
  return (
    <button type="button" class="copy quiet" onClick={clicked} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        {done ? <path d="M2.5 7.5 5.5 10.5 11.5 3.5" /> : <path d="M4.5 4.5V2.5h7v7h-2M2.5 4.5h7v7h-7z" />}
      </svg>
    </button>
  );
}
