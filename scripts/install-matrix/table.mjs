/** The results as a Markdown table. */
export function renderTable(results) {
  const rows = results.map(({ name, engine, install, train, accuracy, problem }) => [
    name,
    problem === null ? engine : `**${problem.split("\n")[0]}**`,
    problem === null ? `${install.toFixed(0)} s` : "",
    problem === null ? `${train.toFixed(0)} s` : "",
    problem === null ? `${accuracy} %` : "",
  ]);
  const head = ["Machine", "Engine", "`npm ci`", "Training", "Test accuracy"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const isNumber = (column) => column > 1;
  const line = (cells) =>
    `| ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (isNumber(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
