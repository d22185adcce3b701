// How far each site has been learned, and for how long one is.
import { useState } from "preact/hooks";
import { api, type Learning } from "../api";
import { count, plural } from "../format";
import { announce } from "./announcer";
import { Time } from "./marks";
import { Problem } from "./states";

const SITES_SHOWN = 8;

function Progress({ site, now }: { site: Learning["sites"][number]; now: number }) {
  const since = Date.parse(site.since);
  const part = Math.min(1, Math.max(0, (now - since) / (Date.parse(site.until) - since)));
  return (
    <li data-site={site.site} data-learning={site.learning}>
      <strong>{site.site}</strong> <progress max={1} value={part} aria-label={`${site.site}: how far it has been learned`} />{" "}
      <span class="muted small">{site.learning ? <>still being learned until <Time at={site.until} />; its habits suggest nothing yet</> : <>learned since <Time at={site.until} /></>}</span>
    </li>
  );
}

export function LearningState({ learning, onChanged }: { learning: Learning; onChanged: () => void }) {
  const [days, setDays] = useState(String(learning.days));
  const [error, setError] = useState<Error | null>(null);
  const still = learning.sites.filter((site) => site.learning);
  const shown = [...still, ...learning.sites.filter((site) => !site.learning)].slice(0, SITES_SHOWN);
  const submit = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    try {
      await api.setLearning(Number(days));
      announce(`Each site is learned for ${plural(Number(days), "day", "days")}.`);
      setError(null);
      onChanged();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <section class="panel learning" aria-labelledby="learning-title">
      <div>
        <h2 id="learning-title">Learning <span class="muted">{still.length === 0 ? "every site is known" : `${count(still.length)} of ${plural(learning.sites.length, "site", "sites")} still`}</span></h2>
        <ul class="plain">{shown.map((site) => <Progress key={site.site} site={site} now={Date.now()} />)}</ul>
        {learning.sites.length > SITES_SHOWN && <p class="hint">and {learning.sites.length - SITES_SHOWN} more</p>}
      </div>
      <form onSubmit={submit}>
        <label class="filter"><span>A site is learned for</span><span class="days"><input type="number" name="days" min={1} max={365} required value={days} onInput={(e) => setDays(e.currentTarget.value)} /> days <button type="submit" class="small" disabled={Number(days) === learning.days}>Set</button></span></label>
        {error && <Problem error={error} />}
      </form>
    </section>
  );
}
