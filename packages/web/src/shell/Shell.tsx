import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { scenarios } from '../scenarios.ts';
import { Sources } from './Sources.tsx';
import './shell.css';

/** What stands around every page: the skip link, the name, the way to each scenario. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const current = scenarios.find(({ id }) => location === `/${id}` || location.startsWith(`/${id}/`));
  const main = useRef<HTMLElement>(null);
  const firstPage = useRef(true);

  useEffect(() => {
    document.title = current ? `${current.title} · Serverless Arcade` : 'Serverless Arcade';
    // A new page starts at its top for the keyboard and for a screen reader; the first one is left alone.
    if (!firstPage.current) main.current?.focus();
    firstPage.current = false;
  }, [current]);

  return (
    <div className="shell" data-scenario={current?.id}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="shell-header">
        <Link className="shell-name" href="/">
          Serverless Arcade
        </Link>
        <nav aria-label="Scenarios">
          <ul>
            {scenarios.map(({ id, title }) => (
              <li key={id}>
                <Link href={`/${id}`} aria-current={current?.id === id ? 'page' : undefined}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Sources />
        {children}
      </main>
    </div>
  );
}
