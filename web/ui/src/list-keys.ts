// j and k walk the links of a list, / goes to its search box; Enter is the browser's.
const ROW_LINK = "[data-row-link]";
const SEARCH = "[data-search]";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function walk(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(ROW_LINK)];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
  links[next]?.focus();
}

export function listKeys(): void {
  document.addEventListener("keydown", (key) => {
    if (key.metaKey || key.ctrlKey || key.altKey || isTyping(key.target) || document.querySelector("dialog[open]")) return;
    if (key.key === "j") walk(1);
    else if (key.key === "k") walk(-1);
    else if (key.key === "/") document.querySelector<HTMLElement>(SEARCH)?.focus();
    else return;
    key.preventDefault();
  });
}
