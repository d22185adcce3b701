// What an access was judged, when that changed and what changed it; below, what its context may mean.
import { api, type Access, type Hypothesis, type Judgement } from "../api";
import { useData } from "../use-data";
import { Time, VerdictMark } from "./marks";
import { Answer } from "./states";

const BEGINNING: Judgement = { at: null, verdict: "unverified", baseline: null, evidence: ["As every access begins: no log and no entry had said anything yet."] };

function withBeginning(items: readonly Judgement[]): readonly Judgement[] {
  return items.every((item) => item.at !== null) ? [...items, BEGINNING] : items;
}

function Item({ judgement, current }: { judgement: Judgement; current: boolean }) {
  const { at, verdict, baseline, evidence } = judgement;
  return (
    <li data-judged={verdict} aria-current={current ? "true" : undefined}>
      <p><VerdictMark verdict={verdict} /> <span class="muted">{at === null ? "from the beginning" : <Time at={at} />}</span>{baseline !== null && <> by <a href={`/whitelist?entry=${baseline}`}>entry {baseline}</a></>}</p>
      <p class="small muted">{evidence[0]}</p>
    </li>
  );
}

function Context({ of, incident }: { of: Hypothesis; incident: number | null }) {
  return (
    <p class="small" data-hypothesis={of.name}>
      {of.title}: <strong>{of.score} of 100 points</strong> <span class="muted">({of.evidence.map(({ kind, weight }) => `${kind.replace(/-/g, " ")} ${weight}`).join(", ")}).
      This is context, not a detection{incident === null ? "" : ": "}</span>{incident !== null && <a href={`/incidents/${incident}`}>incident {incident} shows it</a>}<span class="muted">.</span>
    </p>
  );
}

export function History({ access }: { access: Access }) {
  const loaded = useData(`verdicts ${access.id}`, (signal) => api.verdicts(access.id, signal));
  return (
    <section class="history" aria-label={`How access ${access.id} was judged`}>
      <h3>How it was judged</h3>
      <Answer of={loaded}>
        {({ items, hypotheses }) => (
          <>
            <ol>{withBeginning(items).map((judgement, i) => <Item key={`${judgement.at}/${i}`} judgement={judgement} current={i === 0} />)}</ol>
            {hypotheses.map((hypothesis) => <Context key={hypothesis.name} of={hypothesis} incident={access.incident} />)}
          </>
        )}
      </Answer>
    </section>
  );
}
