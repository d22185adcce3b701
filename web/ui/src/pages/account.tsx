import { useState } from "preact/hooks";
import { api } from "../api";
import { announce } from "../components/announcer";

const SHORTEST = 12;

export function AccountPage({ user }: { user: string }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<string | null>(null);

  const send = async (submit: SubmitEvent): Promise<void> => {
    submit.preventDefault();
    if (fresh.length < SHORTEST) return setProblem(`A password has at least ${SHORTEST} characters.`);
    if (fresh !== again) return setProblem("The two new passwords differ.");
    try {
      await api.password(old, fresh);
      setOld("");
      setFresh("");
      setAgain("");
      setProblem(null);
      announce("Password changed; your other sessions have ended.");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <>
      <header class="page-head"><h1>{user}</h1></header>
      <form class="panel narrow" onSubmit={send}>
        <h2>Change your password</h2>
        <input type="hidden" name="username" autocomplete="username" value={user} />
        <label class="field"><span class="field-label">Present password</span>
          <input type="password" autocomplete="current-password" required value={old} onInput={(e) => setOld(e.currentTarget.value)} /></label>
        <label class="field"><span class="field-label">New password</span>
          <input type="password" autocomplete="new-password" required value={fresh} onInput={(e) => setFresh(e.currentTarget.value)} />
          <span class="hint">At least {SHORTEST} characters; a sentence is fine.</span></label>
        <label class="field"><span class="field-label">New password again</span>
          <input type="password" autocomplete="new-password" required value={again} onInput={(e) => setAgain(e.currentTarget.value)} /></label>
        {problem !== null && <p class="warning" role="alert">{problem}</p>}
        <button type="submit" class="primary">Change password</button>
      </form>
    </>
  );
}
