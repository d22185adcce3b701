// Data of one page: asked for when the page opens, when its question changes and whenever the collector says that
// something changed. While a new answer is on its way the old one stays on screen.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLive } from "./live";

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  loading: boolean;
  reload: () => void;
  put: (data: T) => void;
}

// ${question} identifies what ${load} asks for; the answer to an older question is dropped.
export function useData<T>(question: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const { version } = useLive();
  const [tick, setTick] = useState(0);
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [loading, setLoading] = useState(true);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    const abort = new AbortController();
    setLoading(true);
    latest.current(abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return;
        setData(answer);
        setError(null);
        setLoading(false);
      },
      (problem: unknown) => {
        if (abort.signal.aborted) return;
        setError(problem instanceof Error ? problem : new Error(String(problem)));
        setLoading(false);
      },
    );
    return () => abort.abort();
  }, [question, version, tick]);

  const reload = useCallback(() => setTick((n) => n + 1), []);
  const put = useCallback((fresh: T) => setData(fresh), []);
  return { data, error, loading, reload, put };
}
