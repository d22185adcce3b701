import { useEffect, useRef, useState } from "preact/hooks";
import { api, type Session } from "../api";
import { Logo } from "../components/logo";

export function Login({ onLogin }: { onLogin: (session: Session) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const user = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => user.current?.focus(), []);

  const send = async (submit: SubmitEvent): Promise<void> => {
    submit.preventDefault();
    setBusy(true);
    try {
      onLogin(await api.login(user.current?.value ?? "", password.current?.value ?? ""));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
      password.current?.select();
    }
  };

  return (
    <main class="login">
      <form class="panel" onSubmit={send}>
        <h1 class="brand"><Logo size={34} /> Ashiato</h1>
        <p class="muted">Footprints of whoever moves sideways through your network.</p>
        <label class="field"><span class="field-label">User</span><input name="user" ref={user} autocomplete="username" required /></label>
        <label class="field"><span class="field-label">Password</span><input name="password" ref={password} type="password" autocomplete="current-password" required /></label>
        {problem !== null && <p class="warning" role="alert">{problem}</p>}
        <button type="submit" class="primary" disabled={busy}>{busy ? "Logging in…" : "Log in"}</button>
        <p class="hint">The first administrator’s password was printed once, when this collector first started.</p>
      </form>
    </main>
  );
}
