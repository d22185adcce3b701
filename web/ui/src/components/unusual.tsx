// What hosts do now that they usually do not at this time of the week.
import { api, type UnusualHour } from "../api";
import { clockOf } from "../format";
import { useData } from "../use-data";

const SHOWN = 8;

function Hours({ hours }: { hours: readonly UnusualHour[] }) {
  return (
    <>
      {hours.map((hour) => (
        <div key={hour.from}>
          <h3 class="muted small">{clockOf(hour.from, "minute")}–{clockOf(hour.to, "minute")}</h3>
          <ul class="evidence">
            {hour.items.slice(0, SHOWN).map((item) => (
              <li key={`${item.metric}|${item.site}|${item.host}`}>
                {item.sentence} <a class="muted" href={`/usual?of=${item.metric}&site=${encodeURIComponent(item.site)}${item.host === null ? "" : `&q=${item.host}`}`}>{item.site}</a>
              </li>
            ))}
            {hour.items.length > SHOWN && <li class="muted">and {hour.items.length - SHOWN} more</li>}
          </ul>
        </div>
      ))}
    </>
  );
}

// ${whenNone}: a sentence that stands there when nothing is unusual; without it nothing stands there.
export function UnusualHours({ whenNone }: { whenNone?: string }) {
  const { data } = useData("unusual", (signal) => api.unusual(signal));
  const hours = (data?.hours ?? []).filter((hour) => hour.items.length > 0);
  if (data === null || (hours.length === 0 && whenNone === undefined)) return null;
  return (
    <section class="panel" aria-labelledby="unusual-title">
      <h2 id="unusual-title"><a href="/usual">Unusual for the hour</a> <span class="muted">different, not yet suspicious</span></h2>
      {hours.length === 0 ? <p class="muted">{whenNone}</p> : <Hours hours={hours} />}
    </section>
  );
}
