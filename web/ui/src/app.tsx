// The frame around every page: navigation, who is logged in, whether what is shown is live.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, whenLoggedOut, type Overview, type Session } from "./api";
import { Announcer } from "./components/announcer";
import { Logo } from "./components/logo";
import { Navigation } from "./components/navigation";
import { startLive } from "./live";
import { Login } from "./pages/login";
import { navigate, usePlace } from "./router";
import { show } from "./routes";
import { useData } from "./use-data";

function Frame({ session, onLogout }: { session: Session; onLogout: () => void }) {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const overview = useData<Overview>("overview", (signal) => api.overview(signal));
  const { title, content } = show({ place, overview, session });
  const unseen = overview.data?.incidents.new ?? 0;

  useEffect(() => startLive(), []);
  useEffect(() => {
    document.title = `${unseen > 0 ? `(${unseen}) ` : ""}${title} · Ashiato`;
  }, [title, unseen]);
  // A screen reader starts reading at the new page, not at the link that led to it.
  useEffect(() => main.current?.focus({ preventScroll: true }), [place.path]);

  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>Skip to the page</a>
      <Navigation path={place.path} overview={overview.data} user={session.user} onLogout={onLogout} />
      <main id="main" ref={main} tabIndex={-1}>{content}</main>
      <Announcer />
    </div>
  );
}

export function App() {
  const [session, setSession] = useState<Session | null | undefined>(undefined); // undefined: not known yet
  useEffect(() => {
    whenLoggedOut(() => setSession(null));
    api.session().then(setSession, () => setSession(null));
  }, []);

  const logout = async (): Promise<void> => {
    await api.logout().catch(() => undefined); // a session that is gone already is logged out, too
    setSession(null);
  };
  const loggedIn = (fresh: Session): void => {
    if (location.pathname === "/login") navigate("/", true);
    setSession(fresh);
  };

  if (session === undefined) return <div class="starting" aria-busy="true"><Logo size={48} /></div>;
  if (session === null) return <Login onLogin={loggedIn} />;
  return <Frame session={session} onLogout={logout} />;
}
