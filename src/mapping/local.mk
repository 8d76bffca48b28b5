# mapping: paths, formulas, rows, plans, sheets.
