import { renderToString } from 'react-dom/server';
import { Router } from 'wouter';
import { App } from './App.tsx';

/**
 * What an address shows before any script has come: the shell around a page that is still on its way. Called when the page is built;
 * the app then takes its place with the same.
 */
export const firstLook = (path: string): string =>
  renderToString(
    <Router ssrPath={path}>
      <App />
    </Router>,
  );
