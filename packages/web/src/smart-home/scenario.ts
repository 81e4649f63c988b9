/** The smart home's place among the scenarios. */
export const smartHome = {
  /** Folder of the service and path of the page. */
  id: 'smart-home',
  title: 'Smart home',
  pattern: 'One network out of patterns: sync, push, polling, optimistic, and six seconds to answer.',
} as const;
