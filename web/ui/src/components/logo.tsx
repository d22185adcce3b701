// Two footprints, one after the other.
function Print({ turn }: { turn: string }) {
  return (
    <g transform={turn}>
      <ellipse cx="0" cy="-3" rx="3.4" ry="5" />
      <ellipse cx="0.3" cy="5.4" rx="2.3" ry="2.6" />
    </g>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <Print turn="translate(10.5 21) rotate(14)" />
      <Print turn="translate(21.5 11) rotate(14)" />
    </svg>
  );
}
