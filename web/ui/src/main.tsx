import { render } from "preact";
import { App } from "./app";
import { listKeys } from "./list-keys";
import { followLinks } from "./router";
import { applyTheme, storedTheme } from "./theme";

applyTheme(storedTheme());
followLinks();
listKeys();
render(<App />, document.body);
