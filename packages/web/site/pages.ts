import { patternOf, routes } from '../src/routes.ts';

/** A page of the site: a file that is served at all addresses of a route. */
export interface PageFile {
  /** A regular expression: which addresses, in small letters and without a slash at the end. */
  pattern: string;
  /** Where it is: `mafia/_id.html`. */
  file: string;
  /** One of the addresses. */
  example: string;
}

/** What stands at an address that leads nowhere. */
export const NOT_FOUND = '404.html';

/** An address of a route. */
export const exampleOf = (route: string): string => route.replaceAll(':id', '0'.repeat(20));

/** All pages of the site, the one for addresses that lead nowhere last. */
export const pages: readonly PageFile[] = [
  ...routes.map((route) => ({
    pattern: patternOf(route),
    file: route === '/' ? 'index.html' : `${route.slice(1).replaceAll(':id', '_id')}.html`,
    example: exampleOf(route),
  })),
  { pattern: '', file: NOT_FOUND, example: '/no/where' },
];
