// Short messages: shown for a few seconds and read out by screen readers.
import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 5000;

let show: (text: string) => void = () => {};

export function announce(text: string): void {
  show(text);
}

export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer = 0;
    show = (next) => {
      clearTimeout(timer);
      setText(next);
      timer = window.setTimeout(() => setText(""), SHOWN_MS);
    };
    return () => clearTimeout(timer);
  }, []);
  return <div class={text ? "announcer shown" : "announcer"} role="status" aria-live="polite">{text}</div>;
}
