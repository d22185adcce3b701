// What the context of an incident may mean: each hypothesis with the kinds of evidence it rests on and what each weighs.
import type { Hypothesis } from "../api";
import { words } from "../format";
import { Technique } from "./marks";

const FULL = 100;

// How many points of a hundred, each kind a piece of the bar; the pieces are numbered like the rows below.
function Scale({ of }: { of: Hypothesis }) {
  let x = 0;
  return (
    <svg class="scale" viewBox={`0 0 ${FULL} 6`} preserveAspectRatio="none" role="img" aria-label={`${of.score} of ${FULL} points`}>
      <rect class="rest" x="0" y="0" width={FULL} height="6" />
      {of.evidence.map(({ kind, weight }) => {
        const from = x;
        x += weight;
        return <rect key={kind} class="piece" x={from} y="0" width={Math.max(0, Math.min(weight, FULL - from) - 0.5)} height="6"><title>{`${words(kind)}: ${weight}`}</title></rect>;
      })}
    </svg>
  );
}

function Row({ kind, weight, why }: Hypothesis["evidence"][number]) {
  return (
    <tr data-kind={kind}>
      <th scope="row">{words(kind)}</th>
      <td class="num">+{weight}</td>
      <td class="weight" aria-hidden="true"><svg width="60" height="8" viewBox="0 0 60 8"><rect class="piece" x="0" y="0" width={weight * 2} height="8" rx="1.5" /></svg></td>
      <td class="grow">{why}</td>
    </tr>
  );
}

function One({ of }: { of: Hypothesis }) {
  return (
    <section class="panel hypothesis" data-hypothesis={of.name}>
      <header>
        <h2>Could this be {of.title}? <span class="muted">{of.score} of {FULL} points</span></h2>
        {of.technique !== null && <Technique id={of.technique} name={of.title} />}
      </header>
      <Scale of={of} />
      <div class="scroll">
        <table>
          <caption class="visually-hidden">Evidence for {of.title}, with what each kind weighs</caption>
          <thead class="visually-hidden"><tr><th scope="col">Kind</th><th scope="col">Weight</th><th scope="col" /><th scope="col">Why</th></tr></thead>
          <tbody>{of.evidence.map((row) => <Row key={row.kind} {...row} />)}</tbody>
        </table>
      </div>
      <p class="caution"><strong>This is context, not a detection.</strong> {of.caution}</p>
    </section>
  );
}

export function Hypotheses({ of }: { of: readonly Hypothesis[] }) {
  return <>{of.map((hypothesis) => <One key={hypothesis.name} of={hypothesis} />)}</>;
}
