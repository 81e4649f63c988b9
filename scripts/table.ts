/** A table of results: each row has a cell for each column. */
export interface BenchTable {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  /** A sentence below it: what was measured, and how. */
  note?: string;
}

/** `1,460`, `1.9`, `23%` */
const NUMBER = /^-?\d[\d.,]*%?$/;

/** The table as text, numbers to the right. */
export function formatTable({ title, columns, rows, note }: BenchTable): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: string[], body: boolean) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return body && NUMBER.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const body = cells.slice(1).map((row) => line(row, true));
  return [`\n${title}`, line(columns, false), rule, ...body, ...(note ? [note] : [])].join('\n');
}
