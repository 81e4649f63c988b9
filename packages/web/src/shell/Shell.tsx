import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { AccountButton } from '../account/AccountButton.tsx';
import { scenarioAt, scenarios } from '../scenarios.ts';
import { windowTitle } from '../ui/usePageTitle.ts';
import { Sources } from './Sources.tsx';
import './shell.css';

/** What stands around every page: the skip link, the name, the way to each scenario. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const current = scenarioAt(location);
  const main = useRef<HTMLElement>(null);
  const nav = useRef<HTMLElement>(null);
  const shown = useRef(location);

  // Before the effects of the page, which may know a better name.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address of the scenario has lost the name of the page before it.
  useLayoutEffect(() => {
    document.title = windowTitle(current?.title);
  }, [current, location]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at another address another one is the current.
  useEffect(() => {
    // On a phone it may be out of sight at the end of the row, which is shorter as soon as it is known who plays.
    const observer = new ResizeObserver(([entry]) => {
      const link = entry?.target.querySelector('[aria-current]')?.getBoundingClientRect();
      if (!entry || !link) return;
      const row = entry.target.getBoundingClientRect();
      entry.target.scrollLeft += Math.min(link.left - row.left, Math.max(0, link.right - row.right));
    });
    if (nav.current) observer.observe(nav.current);
    return () => observer.disconnect();
  }, [location]);
  useEffect(() => {
    // The page that the browser has opened is left alone: the first Tab finds the skip link.
    if (shown.current === location) return;
    shown.current = location;
    window.scrollTo(0, 0);
    // Another page starts at its top for the keyboard and for a screen reader, but for one that has placed the focus itself.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [location]);

  return (
    <div className="shell" data-scenario={current?.id}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="shell-header">
        <Link className="shell-name" href="/">
          <span aria-hidden="true">◧</span> <span className="shell-long">Serverless</span> Arcade
        </Link>
        <nav aria-label="Pages" ref={nav}>
          <ul>
            {scenarios.map(({ id, title }) => (
              <li key={id}>
                <Link href={`/${id}`} aria-current={current?.id === id ? 'page' : undefined}>
                  {title}
                </Link>
              </li>
            ))}
            <li>
              <Link href="/events" aria-current={location.toLowerCase() === '/events' ? 'page' : undefined}>
                Events
              </Link>
            </li>
          </ul>
        </nav>
        <AccountButton />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Sources />
    </div>
  );
}
