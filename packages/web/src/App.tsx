import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Cabinet } from './cabinet/Cabinet.tsx';
import { LobbyRoom } from './home/LobbyRoom.tsx';
import { rightPath } from './routes.ts';
import { type Scenario, scenarioAt, scenarios } from './scenarios.ts';
import { Boundary } from './shell/Boundary.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { Shell } from './shell/Shell.tsx';

/** Each scenario's own page comes after those below it: it takes all addresses that are left. */
const pages = scenarios.flatMap(({ id, load, more = {} }) => [
  ...Object.entries(more).map(([below, loadBelow]) => ({ path: `/${id}/${below}`, Page: lazy(loadBelow) })),
  { path: `/${id}/*?`, Page: lazy(load) },
]);
const LivePage = lazy(async () => ({ default: (await import('./live/LivePage.tsx')).LivePage }));
const EventsPage = lazy(async () => ({ default: (await import('./events/EventsPage.tsx')).EventsPage }));
const HomePage = lazy(async () => ({ default: (await import('./home/HomePage.tsx')).HomePage }));
const PartsPage = lazy(async () => ({ default: (await import('./parts/PartsPage.tsx')).PartsPage }));

/** What stands there until a page's code has come: the cabinet without its players, or all of them. */
function Furniture({ scenario, isHome }: { scenario: Scenario | undefined; isHome: boolean }) {
  if (isHome) return <LobbyRoom />;
  if (!scenario) return <p className="soft">Loading…</p>;
  return <Cabinet scenario={scenario} lamp={{ state: 'waiting' }} screen={null} deck={null} wire={null} rail={null} />;
}

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
        <Suspense fallback={<Furniture scenario={scenarioAt(location)} isHome={right === '/'} />}>
          {right === undefined ? (
            <NotFound />
          ) : (
            <Switch>
              <Route path="/">
                <HomePage />
              </Route>
              <Route path="/live">
                <LivePage />
              </Route>
              <Route path="/events">
                <EventsPage />
              </Route>
              <Route path="/parts">
                <PartsPage />
              </Route>
              {pages.map(({ path, Page }) => (
                <Route key={path} path={path}>
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
