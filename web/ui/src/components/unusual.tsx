// What hosts do now that they usually do not at this time of the week. Shown only when there is something.
import { api } from "../api";
import { clockOf } from "../format";
import { useData } from "../use-data";

export function Unusual() {
  const { data } = useData("unusual", (signal) => api.unusual(signal));
  const hours = (data?.hours ?? []).filter((hour) => hour.items.length > 0);
  if (hours.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="unusual-title">
      <h2 id="unusual-title">Unusual for the hour <span class="muted">different, not yet suspicious</span></h2>
      {hours.map((hour) => (
        <div key={hour.from}>
          <h3 class="muted small">{clockOf(hour.from, "minute")}–{clockOf(hour.to, "minute")}</h3>
          <ul class="evidence">{hour.items.slice(0, 8).map((item) => <li key={`${item.metric}|${item.site}|${item.host}`}>{item.sentence} <span class="muted">{item.site}</span></li>)}</ul>
        </div>
      ))}
    </section>
  );
}
