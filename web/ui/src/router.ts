// Client-side routes: plain <a href> links, the History API, and patterns such as "/incidents/:id".
import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  query: URLSearchParams;
}

export type Params = Record<string, string>;

// The parameters of ${path} under ${pattern}, or null if it does not match.
export function match(pattern: string, path: string): Params | null {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return null;
  const params: Params = {};
  for (const [i, part] of want.entries()) {
    const value = have[i] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}

function currentPlace(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export function navigate(to: string, replace = false): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  dispatchEvent(new PopStateEvent("popstate"));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const moved = (): void => setPlace(currentPlace());
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  }, []);
  return place;
}

// Turn clicks on links of our own into navigation; everything else stays the browser's.
export function followLinks(): void {
  document.addEventListener("click", (click) => {
    if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    const link = click.target instanceof Element ? click.target.closest("a") : null;
    const href = link?.getAttribute("href") ?? "";
    if (!link || link.hasAttribute("download") || link.hasAttribute("target")) return;
    if (!href.startsWith("/") || href.startsWith("/api/")) return;
    click.preventDefault();
    navigate(href);
    scrollTo(0, 0);
  });
}
