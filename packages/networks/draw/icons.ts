import type { Kind } from '../core/settings.ts';

/** One 24 by 24 outline for each kind, drawn here: no font and no file is needed to see them. */
export const ICONS: Readonly<Record<Kind, string>> = {
  function: 'M5 4h4l8 16h3M11 10 5.5 20',
  queue: 'M3 6h18v12H3zM9 6v12M15 6v12',
  topic: 'M4 10v4h3l7 5V5L7 10zM17.5 9a4 4 0 0 1 0 6M20 6.5a8 8 0 0 1 0 11',
  table: 'M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0',
  bus: 'M2 12h20M6 8l-4 4 4 4M18 8l4 4-4 4M9 12V6M15 12v6',
  stream: 'M2 7c4-4 6 4 10 0s6 4 10 0M2 12c4-4 6 4 10 0s6 4 10 0M2 17c4-4 6 4 10 0s6 4 10 0',
  http: 'M4 4h6M4 20h6M4 4v16M14 4h6v16h-6M8 12h9M14 8.5l3.5 3.5-3.5 3.5',
  websocket: 'M7 8 3 12l4 4M17 8l4 4-4 4M3 12h6M15 12h6M12 7v10',
  schedule: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2',
  skill: 'M12 3a9 8 0 0 0-5 15l-1 4 5-3a9 8 0 1 0 1-16zM8 11h8M8 14h5',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-8 13-8 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14c2.5.8 3.5 3 3.5 6',
  identities: 'M3 5h18v14H3zM8.5 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 16c0-4 6-4 6 0M14 10h4M14 14h4',
  archive: 'M3 5h18v4H3zM5 9v10h14V9M9.5 13h5',
  pipe: 'M3 8h4v8H3zM17 8h4v8h-4zM7 10h10M7 14h10',
  log: 'M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4',
  secret: 'M15.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM11.5 12.5 3 21M6 18l2.5 2.5M16.5 8h.01',
  key: 'M7.5 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11.5 12H21v4M17 12v3M7.5 12h.01',
  timer: 'M12 6a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM12 9v4.5M9.5 2.5h5M12 2.5V6',
  delivery: 'M2 8h9l4 4-4 4H2M2 12h8M17 7h5v10h-5',
  bucket: 'M4 5c0-3 16-3 16 0l-2.5 14c-.5 2.5-10.500 2.5-11 0zM4 5c0 3 16 3 16 0',
  parameter: 'M4 7h9M17 7h3M15 4v6M4 12h3M11 12h9M9 9v6M4 17h9M17 17h3M15 14v6',
  catalog: 'M4 4h16v16H4zM4 9h16M10 4v16M13 13h4M13 16h4',
  external: 'M7 18a5 5 0 0 1 0-10 6 6 0 0 1 11 1 4.5 4.5 0 0 1 0 9z',
};
