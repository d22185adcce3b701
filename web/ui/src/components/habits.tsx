// Habits: suggestions for a person to approve, and the list of what was seen day by day.
import { useState } from "preact/hooks";
import { api, queryString, type Habit, type Suggestion } from "../api";
import { count, plural, utc } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { announce } from "./announcer";
import { Account, Time } from "./marks";
import { LearningState } from "./learning";
import { PAGE_SIZE, Pager, useCursor } from "./pager";
import { Answer, Empty, Problem } from "./states";
import { WeekStrip } from "./week-strip";

function Card({ suggestion, onDone }: { suggestion: Suggestion; onDone: () => void }) {
  const [error, setError] = useState<Error | null>(null);
  const { site, source, account, destination } = suggestion;
  const act = (work: () => Promise<unknown>, said: string) => async (): Promise<void> => {
    try {
      await work();
      announce(said);
      onDone();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <section class="panel suggestion" data-suggestion={`${source} ${destination}`}>
      <div>
        <h2 class="mono">{source} → {destination}</h2>
        <p><Account name={account} /> <span class="muted">in {site}</span></p>
        <p class="mono small">{suggestion.actions.join(", ")}</p>
        <p class="muted small">On {plural(suggestion.days, "day", "days")}, {plural(suggestion.accesses, "access", "accesses")} since {utc(suggestion.first_seen).slice(0, "2026-01-31".length)}; last <Time at={suggestion.last_seen} relative />.</p>
      </div>
      <WeekStrip week={suggestion.week} />
      <div class="buttons">
        {error && <Problem error={error} />}
        <button type="button" onClick={act(() => api.refuseSuggestion({ site, source, account, destination }), "Turned down; it will not be suggested again.")}>Not legitimate</button>
        <button type="button" class="primary" onClick={act(() => api.addBaseline(suggestion.entry), "Whitelisted for ninety days; every access was judged again.")}>Whitelist for 90 days</button>
      </div>
    </section>
  );
}

export function Suggestions({ onAdded }: { onAdded: () => void }) {
  const list = useData("suggestions", (signal) => api.suggestions(signal));
  const done = (): void => {
    list.reload();
    onAdded();
  };
  return (
    <Answer of={list}>
      {({ learning, items }) => (
        <>
          <LearningState key={learning.days} learning={learning} onChanged={list.reload} />
          {items.length === 0 ? (
            <Empty title="Nothing to suggest">
              <p>What an administrator does on five days or more, from the same machine as the same account to the same server, becomes a habit. Habits that no entry covers are suggested
                here for a person to approve. They never silence anything by themselves: a patient intruder becomes a habit too.</p>
            </Empty>
          ) : items.map((item) => <Card key={`${item.site}|${item.source}|${item.account}|${item.destination}`} suggestion={item} onDone={done} />)}
        </>
      )}
    </Answer>
  );
}

function Row({ habit }: { habit: Habit }) {
  return (
    <tr>
      <td class="mono">{habit.source} → {habit.destination}</td>
      <td><Account name={habit.account} /></td>
      <td class="mono small">{habit.action}</td>
      <td class="num">{count(habit.days)}</td>
      <td class="num">{count(habit.accesses)}</td>
      <td class="when">{utc(habit.first_seen).slice(0, "2026-01-31".length)}</td>
      <td class="when"><Time at={habit.last_seen} relative /></td>
      <td>{habit.site}</td>
    </tr>
  );
}

function NoHabit({ place }: { place: Place }) {
  if (place.query.get("q")) return <Empty title="No habit matches"><p><a href="/whitelist?view=habits">Look at all habits.</a></p></Empty>;
  return <Empty title="No habit has been learned"><p>An act is learned ten minutes after it was last repeated.</p></Empty>;
}

export function Habits({ place }: { place: Place }) {
  const cursor = useCursor(place);
  const query = { q: place.query.get("q"), limit: PAGE_SIZE, before: cursor.before };
  const list = useData(`habits${queryString(query)}`, (signal) => api.habits(query, signal));
  return (
    <>
      <Answer of={list}>
        {({ learning, items, next, total }) => (
          <>
            <LearningState key={learning.days} learning={learning} onChanged={list.reload} />
            {items.length === 0 ? <NoHabit place={place} /> : (
              <section class="panel flush" aria-busy={list.loading}>
                <div class="scroll">
                  <table class="list">
                    <caption class="visually-hidden">Habits, seen last first</caption>
                    <thead>
                      <tr>
                        <th scope="col">Source → destination</th><th scope="col">Account</th><th scope="col">Act</th><th scope="col" class="num">Days</th><th scope="col" class="num">Accesses</th>
                        <th scope="col">First</th><th scope="col">Last</th><th scope="col">Site</th>
                      </tr>
                    </thead>
                    <tbody>{items.map((habit) => <Row key={`${habit.site}|${habit.source}|${habit.account}|${habit.destination}|${habit.action}`} habit={habit} />)}</tbody>
                  </table>
                </div>
                <Pager cursor={cursor} shown={items.length} total={total} next={next} />
              </section>
            )}
          </>
        )}
      </Answer>
    </>
  );
}
