// Which page an address shows.
import type { ComponentChild } from "preact";
import type { Overview as OverviewData, Session } from "./api";
import { Empty } from "./components/states";
import { Accesses } from "./pages/accesses";
import { AccountPage } from "./pages/account";
import { Event } from "./pages/event";
import { Files } from "./pages/files";
import { Incident } from "./pages/incident";
import { Incidents } from "./pages/incidents";
import { Logs } from "./pages/logs";
import { Overview } from "./pages/overview";
import { Reports } from "./pages/reports";
import { Sensors } from "./pages/sensors";
import { Usual } from "./pages/usual";
import { Whitelist } from "./pages/whitelist";
import { match, type Params, type Place } from "./router";
import type { Loaded } from "./use-data";

interface Context {
  place: Place;
  overview: Loaded<OverviewData>;
  session: Session;
}

interface Route {
  pattern: string;
  title: string;
  page: (context: Context, params: Params) => ComponentChild;
}

const ROUTES: readonly Route[] = [
  { pattern: "/", title: "Overview", page: ({ overview }) => <Overview overview={overview} /> },
  { pattern: "/incidents", title: "Incidents", page: ({ place }) => <Incidents place={place} /> },
  { pattern: "/incidents/:id", title: "Incident", page: (_, { id }) => <Incident key={id} id={Number(id)} /> },
  { pattern: "/accesses", title: "Ledger", page: ({ place }) => <Accesses place={place} /> },
  { pattern: "/files", title: "Files", page: ({ place }) => <Files place={place} /> },
  { pattern: "/events/:id", title: "Event", page: (_, { id }) => <Event key={id} id={Number(id)} /> },
  { pattern: "/logs", title: "Server logs", page: ({ place }) => <Logs place={place} /> },
  { pattern: "/whitelist", title: "Whitelist", page: ({ place }) => <Whitelist place={place} /> },
  { pattern: "/sensors", title: "Sensors", page: () => <Sensors /> },
  { pattern: "/reports", title: "Reports", page: ({ place }) => <Reports place={place} /> },
  { pattern: "/usual", title: "Usual and unusual", page: ({ place }) => <Usual place={place} /> },
  { pattern: "/account", title: "Account", page: ({ session }) => <AccountPage user={session.user} /> },
];

function NotFound() {
  return <Empty title="There is no such page"><p><a href="/">Go to the overview.</a></p></Empty>;
}

interface Shown {
  title: string;
  content: ComponentChild;
}

export function show(context: Context): Shown {
  for (const route of ROUTES) {
    const params = match(route.pattern, context.place.path);
    if (params) return { title: params["id"] ? `${route.title} ${params["id"]}` : route.title, content: route.page(context, params) };
  }
  return { title: "Not found", content: <NotFound /> };
}
