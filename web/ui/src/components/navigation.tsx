import { useEffect, useRef, useState } from "preact/hooks";
import type { Overview } from "../api";
import { count } from "../format";
import { useLive, type LiveState } from "../live";
import { applyTheme, nextTheme, storedTheme, type Theme } from "../theme";
import { Logo } from "./logo";

// 18 × 18 outlines of our own.
const ICONS = {
  overview: "M2.5 9 9 2.5 15.5 9M4.5 7.500v8h9v-8",
  incidents: "M9 2.5 16 15H2zM9 7v4M9 13v.2",
  accesses: "M4 2.500h10v13H4zM6.5 6h5M6.5 9h5M6.5 12h3",
  files: "M4 2.500h6l4 4v9H4zM10 2.500v4h4",
  logs: "M3 4.500h12v3H3zM3 10.500h12v3H3zM5.5 6h.2M5.5 12h.2M8 6h5M8 12h5",
  whitelist: "M9 2 15 4.500v4.500c0 3.5-2.5 6-6 7-3.5-1-6-3.5-6-7V4.500zM6.3 9l2 2 3.5-4",
  sensors: "M9 9v6.500M9 9m-1.5 0a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M5.5 12.500a5 5 0 1 1 7 0M3.4 14.600a8 8 0 1 1 11.2 0",
  usual: "M2.5 15.500h13M4 12.500l3-4 3 2.500 4.500-7",
  reports: "M9 2.500v9M5.5 8 9 11.5 12.5 8M3 15.500h12",
} as const;

interface Item {
  href: string;
  label: string;
  icon: keyof typeof ICONS;
  badge: (overview: Overview) => number;
}

const none = (): number => 0;

const ITEMS: readonly Item[] = [
  { href: "/", label: "Overview", icon: "overview", badge: none },
  { href: "/incidents", label: "Incidents", icon: "incidents", badge: (o) => o.incidents.open },
  { href: "/accesses", label: "Ledger", icon: "accesses", badge: none },
  { href: "/files", label: "Files", icon: "files", badge: none },
  { href: "/logs", label: "Server logs", icon: "logs", badge: none },
  { href: "/whitelist", label: "Whitelist", icon: "whitelist", badge: none },
  { href: "/sensors", label: "Sensors", icon: "sensors", badge: (o) => o.sensors.silent + o.sensors.lossy },
  { href: "/usual", label: "Usual week", icon: "usual", badge: none },
  { href: "/reports", label: "Reports", icon: "reports", badge: none },
];

function isCurrent(item: Item, path: string): boolean {
  return item.href === "/" ? path === "/" : path === item.href || path.startsWith(`${item.href}/`);
}

const LIVE_LABEL: Record<LiveState, string> = { connecting: "connecting", live: "live", polling: "every 10 s" };
const LIVE_MEANING: Record<LiveState, string> = {
  connecting: "Opening the event stream.",
  live: "Changes appear by themselves.",
  polling: "The event stream is down; asking every ten seconds instead.",
};
const THEME_LABEL: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const turn = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" class="quiet theme" onClick={turn} title="Auto follows the system; click for the next one">
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5.5" class="ring" /><path d="M7 1.500a5.5 5.5 0 0 1 0 11z" class="fill" /></svg>
      <span class="visually-hidden">Theme: </span>{THEME_LABEL[theme]}
    </button>
  );
}

interface Props {
  path: string;
  overview: Overview | null;
  user: string;
  onLogout: () => void;
}

export function Navigation({ path, overview, user, onLogout }: Props) {
  const { state } = useLive();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const bar = useRef<HTMLElement>(null);
  useEffect(() => { // in a narrow window the pages stand in a row that is longer than it
    const current = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (current) bar.current?.querySelector("nav")?.scrollTo({ left: current.offsetLeft - current.offsetWidth });
  }, [path]);
  return (
    <header class="sidebar" ref={bar}>
      <a class="brand" href="/"><Logo /> Ashiato</a>
      <nav aria-label="Main">
        {ITEMS.map((item) => {
          const badge = overview ? item.badge(overview) : 0;
          return (
            <a key={item.href} href={item.href} title={item.label} aria-current={isCurrent(item, path) ? "page" : undefined}>
              <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><path d={ICONS[item.icon]} /></svg>
              <span class="nav-label">{item.label}</span>
              {badge > 0 && <span class="badge">{count(badge)}</span>}
            </a>
          );
        })}
      </nav>
      <div class="sidebar-foot">
        <span class={`live ${state}`} title={LIVE_MEANING[state]} role="status">{LIVE_LABEL[state]}</span>
        <ThemeButton />
        <div class="who">
          <a href="/account" title="Change your password">{user}</a>
          <button type="button" class="quiet" onClick={onLogout}>Log out</button>
        </div>
        <small class="muted zone" title="Hover over any time for UTC">{zone}{overview && ` · v${overview.version}`}</small>
      </div>
    </header>
  );
}
