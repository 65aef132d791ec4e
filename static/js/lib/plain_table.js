// Fill a table with texts: the first cell of a row is its head, and existing cells are reused.

import { setText } from "./dom.js";

/**
 * @param {HTMLTableSectionElement} body
 * @param {string[][]} rows
 */
export function fillTable(body, rows) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  for (const [index, texts] of rows.entries()) {
    const row = body.rows[index] || body.insertRow();
    while (row.cells.length > texts.length) row.deleteCell(-1);
    while (row.cells.length < texts.length) row.append(newCell(row.cells.length === 0));
    for (const [column, text] of texts.entries()) setText(row.cells[column], text);
  }
}

function newCell(isName) {
  const cell = document.createElement(isName ? "th" : "td");
  if (isName) cell.scope = "row";
  return cell;
}
