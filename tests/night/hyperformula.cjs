// Calculates the rows of a JSON file by HyperFormula: node hyperformula.cjs
// NODE_MODULES ROWS.json prints a list of {type, value}, one for each row.
const fs = require("fs");
const path = require("path");
const { HyperFormula, DetailedCellError } = require(path.join(process.argv[2], "hyperformula"));
const rows = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const sheet = rows.map(({ cells, formula }) => [...cells.map((c) => (typeof c === "string" ? "'" + c : c)), "=" + formula]);
const made = HyperFormula.buildFromArray(sheet, { licenseKey: "gpl-v3", useArrayArithmetic: true, precisionRounding: 14 });
const id = made.getSheetId("Sheet1");
const width = rows[0].cells.length;
console.log(JSON.stringify(rows.map((_, row) => {
  const value = made.getCellValue({ sheet: id, row, col: width });
  if (value instanceof DetailedCellError)
    return { type: "error", value: value.value };
  return { type: value === null ? "blank" : typeof value, value };
})));
