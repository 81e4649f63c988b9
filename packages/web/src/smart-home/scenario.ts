/** The smart home's place among the scenarios. */
export const smartHome = {
  /** Folder of the service and path of the page. */
  id: 'smart-home',
  title: 'Smart home',
  pattern: 'Four kinds of API, one network of patterns, six seconds to answer.',
} as const;
