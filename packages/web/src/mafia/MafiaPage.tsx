import { Route, Switch } from 'wouter';
import { NotFound } from '../shell/NotFound.tsx';
import { GamePage } from './GamePage.tsx';
import { GamesPage } from './GamesPage.tsx';
import './mafia.css';

/** Mafia: the list of games, and one game under its own address. */
export function MafiaPage() {
  return (
    <Switch>
      <Route path="/mafia">
        <GamesPage />
      </Route>
      <Route path="/mafia/:gameId">{({ gameId }) => <GamePage key={gameId} gameId={gameId} />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}
