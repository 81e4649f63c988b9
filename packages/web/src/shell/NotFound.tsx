import { Link } from 'wouter';
import { usePageTitle } from '../ui/usePageTitle.ts';

/** For an address that leads nowhere. */
export function NotFound() {
  usePageTitle('Nothing is played here');
  return (
    <div className="stack">
      <h1>Nothing is played here</h1>
      <p>
        This address leads to no scenario. <Link href="/">See all that there are.</Link>
      </p>
    </div>
  );
}
