// The incident as a drawing: the source on top, a lane for each destination, every act a numbered mark in time. The numbers are
// those of the table of steps; the mark under the pointer or the focus is told in full below.
import type { Incident, Step } from "../api";
import { clockOf, day, span } from "../format";
import { layoutTimeline, type Mark, type Timeline } from "../timeline";
import { isRefused, stepPhrase } from "../vocabulary";
import { detailText } from "./detail";
import { useWidth } from "./use-width";

const LEFT = 150; // room for the lanes' names
const RIGHT = 22;
const APART = 21;
const RADIUS = 9;
const SOURCE_Y = 30;
const FIRST_LANE_Y = 86;
const LANE = 46;
const AXIS = 34;
const LABEL_APART = 74; // between two labels of the axis

const laneY = (lane: number): number => FIRST_LANE_Y + lane * LANE;

function kindOf(step: Step): string {
  if (isRefused(step.step)) return "refused";
  return step.admin ? "admin" : "plain";
}

function sentence(step: Step, number: number): string {
  const phrase = stepPhrase(step.step) ?? step.step;
  const times = step.count > 1 ? `, ${step.count} times` : "";
  return `${number}. ${clockOf(step.time, "millisecond")} ${phrase}${times} on ${step.destination}`;
}

function MarkShape({ mark, step, chosen }: { mark: Mark; step: Step; chosen: boolean }) {
  const y = laneY(mark.lane);
  return (
    <>
      <rect class="hit" x={mark.x - APART / 2} y={SOURCE_Y - 8} width={APART} height={y - SOURCE_Y + RADIUS + 8} />
      <line class="drop" x1={mark.x} x2={mark.x} y1={SOURCE_Y} y2={y - RADIUS} />
      <circle class="origin" cx={mark.x} cy={SOURCE_Y} r="2" />
      {chosen && <circle class="halo" cx={mark.x} cy={y} r={RADIUS + 4} />}
      <circle class="dot" cx={mark.x} cy={y} r={RADIUS} />
      <text class="number" x={mark.x} y={y + 3.5} text-anchor="middle">{mark.number}</text>
      {step.count > 1 && <text class="times" x={mark.x} y={y + RADIUS + 11} text-anchor="middle">×{step.count}</text>}
    </>
  );
}

interface MarkProps {
  mark: Mark;
  step: Step;
  chosen: boolean;
  onChoose: (index: number) => void;
}

function MarkLink({ mark, step, chosen, onChoose }: MarkProps) {
  const choose = (): void => onChoose(mark.index);
  const label = sentence(step, mark.number);
  const shape = <MarkShape mark={mark} step={step} chosen={chosen} />;
  const kind = `mark ${kindOf(step)}`;
  if (step.event === null) return <g class={kind} tabIndex={0} role="img" aria-label={label} onMouseEnter={choose} onFocus={choose}>{shape}</g>;
  return <a class={kind} href={`/events/${step.event}`} aria-label={label} onMouseEnter={choose} onFocus={choose}>{shape}</a>;
}

function Lanes({ drawing, source }: { drawing: Timeline; source: string }) {
  return (
    <>
      <line class="lane source" x1={LEFT - 10} x2={drawing.width} y1={SOURCE_Y} y2={SOURCE_Y} />
      <text class="lane-name" x="0" y={SOURCE_Y + 4}>{source}</text>
      <text class="lane-role" x="0" y={SOURCE_Y - 11}>source</text>
      {drawing.lanes.map((lane, i) => (
        <g key={lane}>
          <line class="lane" x1={LEFT - 10} x2={drawing.width} y1={laneY(i)} y2={laneY(i)} />
          <text class="lane-name" x="0" y={laneY(i) + 4}>{lane}</text>
          {i === 0 && <text class="lane-role" x="0" y={laneY(i) - 11}>{drawing.lanes.length > 1 ? "destinations" : "destination"}</text>}
        </g>
      ))}
    </>
  );
}

// The first mark's clock time, then how much later each mark is, where there is room.
function Axis({ drawing, start, y }: { drawing: Timeline; start: string; y: number }) {
  let free = -Infinity;
  const labelled = drawing.marks.filter((mark) => {
    if (mark.x < free) return false;
    free = mark.x + LABEL_APART;
    return true;
  });
  return (
    <g class="axis">
      {labelled.map((mark, i) => (
        <g key={mark.index}>
          <line class="tick" x1={mark.x} x2={mark.x} y1={y} y2={y + 5} />
          <text x={mark.x} y={y + 18} text-anchor={i === 0 ? "start" : mark.x > drawing.width - LABEL_APART / 2 ? "end" : "middle"}>
            {i === 0 ? clockOf(start) : `+${span(mark.sinceStart)}`}
          </text>
        </g>
      ))}
    </g>
  );
}

function Breaks({ drawing, bottom }: { drawing: Timeline; bottom: number }) {
  return (
    <>
      {drawing.breaks.map((pause) => (
        <g class="break" key={pause.x}>
          <path d={`M${pause.x - 3} ${SOURCE_Y - 12}v${bottom - SOURCE_Y + 4}M${pause.x + 3} ${SOURCE_Y - 12}v${bottom - SOURCE_Y + 4}`} />
          <text x={pause.x} y={SOURCE_Y - 17} text-anchor="middle">{span(pause.pause)}</text>
        </g>
      ))}
    </>
  );
}

function Readout({ step, number }: { step: Step | undefined; number: number }) {
  if (!step) return <p class="readout muted">Point at a mark, or move to it with Tab; Enter opens its event.</p>;
  return (
    <p class="readout">
      <strong>{number}. {stepPhrase(step.step) ?? step.step}</strong> <span class="mono muted">{step.step}</span>{" "}
      {clockOf(step.time, "millisecond")} on <span class="mono">{step.destination}</span>
      {step.count > 1 && ` ×${step.count}`}
      {step.detail && <span class="muted"> · {detailText(step.detail)}</span>}
    </p>
  );
}

interface Props {
  incident: Incident;
  chosen: number | null;
  onChoose: (index: number) => void;
}

export function TimelineChart({ incident, chosen, onChoose }: Props) {
  const [element, width] = useWidth<HTMLDivElement>(820);
  const drawing = layoutTimeline(incident.steps, width, LEFT + 6, RIGHT, APART);
  const bottom = laneY(drawing.lanes.length - 1) + 24;
  const first = incident.steps[0];
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">
        Timeline
        {first && <span class="muted"> {day(new Date(first.time), new Date(0))}, distances logarithmic</span>}
      </h2>
      <div class="scroll" ref={element}>
        <svg class={`timeline-drawing ${incident.severity}`} width={drawing.width} height={bottom + AXIS} role="group" aria-label="Steps in time">
          <Lanes drawing={drawing} source={incident.source} />
          <Breaks drawing={drawing} bottom={bottom} />
          {first && <Axis drawing={drawing} start={first.time} y={bottom} />}
          {drawing.marks.map((mark) => (
            <MarkLink key={mark.index} mark={mark} step={incident.steps[mark.index]!} chosen={mark.index === chosen} onChoose={onChoose} />
          ))}
        </svg>
      </div>
      <div class="timeline-foot">
        <Readout step={chosen === null ? undefined : incident.steps[chosen]} number={(chosen ?? 0) + 1} />
        <p class="legend"><span class="key dot admin">admin act</span><span class="key dot plain">other</span><span class="key dot refused">refused</span></p>
      </div>
    </section>
  );
}

