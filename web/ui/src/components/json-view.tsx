// JSON, indented and coloured, as text that can be selected and copied.
import type { Json } from "../api";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

type Piece = [kind: string, text: string];

// Cut the text of a JSON document into coloured pieces. Exported for its test.
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    if (found.index > at) out.push(["", text.slice(at, found.index)]);
    const [all, string, colon] = found;
    if (string !== undefined && colon !== undefined) out.push(["key", string], ["", colon]);
    else if (string !== undefined) out.push(["string", string]);
    else out.push([/^[tfn]/.test(all) ? "word" : "number", all]);
    at = found.index + all.length;
  }
  out.push(["", text.slice(at)]);
  return out;
}

export function JsonView({ value }: { value: Json }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <pre class="json" tabIndex={0}>
      {pieces(text).map(([kind, piece], i) => (kind === "" ? piece : <span key={i} class={`json-${kind}`}>{piece}</span>))}
    </pre>
  );
}
