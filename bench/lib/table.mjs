// A table of plain text; an empty row is an empty line.

export function printTable(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all) {
    const cells = row.map((cell = '', column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0])));
    console.log(cells.join('   ').trimEnd());
  }
}
