import { Route, Switch } from 'wouter';
import { NotFound } from '../shell/NotFound.tsx';
import { GamePage } from './GamePage.tsx';
import { GamesPage } from './GamesPage.tsx';

/** Mafia: the list of games, and one game under its own address. */
export function MafiaPage() {
  return (
    <Switch>
      <Route path="/mafia">
        <GamesPage />
      </Route>
      {/* The same page for each game: another one begins without the keyboard losing its place. */}
      <Route path="/mafia/:gameId">{({ gameId }) => <GamePage gameId={gameId} />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}
