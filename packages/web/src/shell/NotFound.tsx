import { Link } from 'wouter';

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <div className="stack">
      <h1>Nothing is played here</h1>
      <p>
        This address leads to no scenario. <Link href="/">See all that there are.</Link>
      </p>
    </div>
  );
}
