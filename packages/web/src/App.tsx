import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { HomePage } from './home/HomePage.tsx';
import { rightPath } from './routes.ts';
import { scenarioAt, scenarios } from './scenarios.ts';
import { Boundary } from './shell/Boundary.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { Shell } from './shell/Shell.tsx';

const pages = scenarios.map((scenario) => ({ ...scenario, Page: lazy(scenario.load) }));
const PartsPage = lazy(async () => ({ default: (await import('./parts/PartsPage.tsx')).PartsPage }));

/** The whole app: a shell, and a page for each scenario under its own path. */
export function App() {
  const [location] = useLocation();
  const right = rightPath(location);
  // Where no server has sent the browser there already.
  if (right !== undefined && right !== location) return <Redirect to={right + window.location.search} replace />;
  return (
    <Shell>
      {/* One for each scenario: a page that is broken leaves the others alone. */}
      <Boundary key={scenarioAt(location)?.id ?? location}>
        <Suspense fallback={<p className="soft">Loading…</p>}>
          {right === undefined ? (
            <NotFound />
          ) : (
            <Switch>
              <Route path="/">
                <HomePage />
              </Route>
              <Route path="/parts">
                <PartsPage />
              </Route>
              {pages.map(({ id, Page }) => (
                <Route key={id} path={`/${id}/*?`}>
                  <Page />
                </Route>
              ))}
            </Switch>
          )}
        </Suspense>
      </Boundary>
    </Shell>
  );
}
