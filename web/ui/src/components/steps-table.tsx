import type { Step } from "../api";
import { clockOf, utc } from "../format";
import { isRefused, stepPhrase } from "../vocabulary";
import { Detail } from "./detail";
import { Technique } from "./marks";

interface Props {
  steps: readonly Step[];
  withHosts: boolean;
  chosen: number | null;
  onChoose: (index: number) => void;
}

interface RowProps {
  step: Step;
  number: number;
  withHost: boolean;
  chosen: boolean;
  onChoose: () => void;
}

function Row({ step, number, withHost, chosen, onChoose }: RowProps) {
  const phrase = stepPhrase(step.step);
  const kind = isRefused(step.step) ? "refused" : step.admin ? "admin" : "plain";
  return (
    <tr class={chosen ? "chosen" : ""} onMouseEnter={onChoose} data-step={step.step}>
      <td class="num"><span class={`step-number ${kind}`}>{number}</span></td>
      <td class="when mono"><time dateTime={step.time} title={utc(step.time)}>{clockOf(step.time, "millisecond")}</time></td>
      <td>
        {step.event === null ? (phrase ?? step.step) : <a href={`/events/${step.event}`}>{phrase ?? step.step}</a>}
        {step.count > 1 && <span class="muted" title={`until ${utc(step.last_time)}`}> ×{step.count}</span>}
        {phrase !== null && <div class="mono small muted">{step.step}</div>}
      </td>
      {withHost && <td class="mono">{step.destination}</td>}
      <td>{step.technique !== null && <Technique id={step.technique} name={step.technique_name} />}</td>
      <td class="grow"><Detail detail={step.detail} /></td>
    </tr>
  );
}

export function StepsTable({ steps, withHosts, chosen, onChoose }: Props) {
  return (
    <section class="panel" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps <span class="muted">{steps.length}</span></h2>
      <div class="scroll">
        <table class="list steps">
          <caption class="visually-hidden">Every step of the incident, by time</caption>
          <thead>
            <tr>
              <th scope="col" class="num">#</th><th scope="col">Time</th><th scope="col">Step</th>{withHosts && <th scope="col">Destination</th>}
              <th scope="col">Technique</th><th scope="col">Detail</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step, i) => (
              <Row key={`${step.access}/${i}`} step={step} number={i + 1} withHost={withHosts} chosen={i === chosen} onChoose={() => onChoose(i)} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
