// The row below one that was opened. It is as wide as what is seen of the table, however far that scrolls.
import type { ComponentChildren } from "preact";

export function MoreRow({ columns, children }: { columns: number; children: ComponentChildren }) {
  return <tr class="more"><td colSpan={columns}><div class="more-body">{children}</div></td></tr>;
}
