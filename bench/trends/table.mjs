/** Test accuracy of each cell over its seeds: mean and standard deviation (of the sample, n - 1), as a Markdown table. */
export function renderTable(results, cells, epochs) {
  const lines = cells.map(({ name }) => {
    const rows = results.filter((row) => row.cell === name && row.epochs === epochs);
    if (rows.length === 0) return `| ${name} | | 0 | | |`;
    const accuracies = rows.map(({ accuracy }) => 100 * accuracy);
    const spread = rows.length > 1 ? ` ± ${deviation(accuracies).toFixed(1)}` : "";
    const megabytes = (rows[0].plannedBytes / 2 ** 20).toFixed(1);
    const minutes = mean(rows.map(({ seconds }) => seconds)) / 60;
    return `| ${name} | ${mean(accuracies).toFixed(1)}${spread} | ${rows.length} | ${megabytes} | ${minutes.toFixed(1)} |`;
  });
  return [
    `| cell, ${epochs} epochs | test accuracy, % | seeds | planned peak, MiB | minutes |`,
    "|---|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values) {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
