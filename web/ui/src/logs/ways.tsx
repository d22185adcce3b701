// What to write where so that a server's log comes here.
import { useState } from "preact/hooks";
import { CopyButton } from "../components/copy-button";
import { WAYS, type Receiver, type Way } from "../log-ways";

function receiver(token: string): Receiver {
  return { host: location.hostname, port: location.port || "443", token };
}

function Text({ way, token }: { way: Way; token: string }) {
  const text = way.text(receiver(token));
  return (
    <>
      <p class="small muted">Into {way.where}. {way.needs}</p>
      <div class="snippet">
        <pre class="json" tabIndex={0} aria-label={`For ${way.label}`}>{text}</pre>
        <CopyButton text={text} what={`text for ${way.label}`} />
      </div>
    </>
  );
}

// ${only}: a kind of source; ways for others are left out.
export function Ways({ only, token = "TOKEN" }: { only?: Way["kind"]; token?: string }) {
  const ways = WAYS.filter((way) => only === undefined || way.kind === only);
  const [chosen, setChosen] = useState(ways[0]?.value);
  const way = ways.find((one) => one.value === chosen);
  return (
    <div class="ways">
      <div class="segments" role="group" aria-label="What sends">
        {ways.map((one) => <button key={one.value} type="button" aria-pressed={one.value === chosen} onClick={() => setChosen(one.value)}>{one.label}</button>)}
      </div>
      {way && <Text way={way} token={token} />}
    </div>
  );
}
