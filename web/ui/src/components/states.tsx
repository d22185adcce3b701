// What a page shows when there is nothing to show: loading, a problem, or an explanation of what would be here.
import type { ComponentChildren } from "preact";
import { ApiError } from "../api";
import type { Loaded } from "../use-data";
import { CopyButton } from "./copy-button";

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <div class="prose">{children}</div>
    </div>
  );
}

export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} what="command" />
    </div>
  );
}

export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  const status = error instanceof ApiError && error.status > 0 ? `Status ${error.status}. ` : "";
  return (
    <div class="problem" role="alert">
      <div>
        <strong>{error.message}</strong>
        {error instanceof ApiError && error.status >= 500 && <div class="muted">{status}The collector’s own log has more.</div>}
      </div>
      {retry && <button type="button" onClick={retry}>Try again</button>}
    </div>
  );
}

// ${children} draws the data once it is there; a problem stands above data that has become old.
export function Answer<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {of.error && <Problem error={of.error} retry={of.reload} />}
      {of.data !== null && children(of.data)}
      {of.data === null && of.error === null && <div class="loading" role="status"><span class="visually-hidden">Loading</span></div>}
    </>
  );
}
