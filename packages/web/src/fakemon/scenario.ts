/** Fakémon's place among the scenarios. */
export const fakemon = {
  /** Folder of the service and path of the page. */
  id: 'fakemon',
  title: 'Fakémon',
  pattern: 'Everybody throws at one: a conditional write decides, and a bus tells who must know.',
} as const;
