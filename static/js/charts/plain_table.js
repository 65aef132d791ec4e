// Fill a table with texts: the first cell of a row is its head, and existing cells are reused.

import { setText } from "../lib/dom.js";

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

/**
 * Fill the head of a table: all columns but the first hold numbers.
 *
 * @param {HTMLTableRowElement} row
 * @param {string[]} texts
 */
export function fillHead(row, texts) {
  while (row.cells.length > texts.length) row.deleteCell(-1);
  for (const [column, text] of texts.entries()) {
    const cell = row.cells[column] || row.appendChild(document.createElement("th"));
    cell.scope = "col";
    cell.classList.toggle("number", column > 0);
    setText(cell, text);
  }
}

function newCell(isName) {
  const cell = document.createElement(isName ? "th" : "td");
  if (isName) cell.scope = "row";
  return cell;
}
