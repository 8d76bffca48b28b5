// Shows the bytes of standard input on a terminal of ROWS and COLS as
// xterm.js does, with the widths of Unicode 11, and prints its screen.
"use strict";
const [folder, rows, cols] = process.argv.slice(2);
const { Terminal } = require(`${folder}/@xterm/headless`);
const { Unicode11Addon } = require(`${folder}/@xterm/addon-unicode11`);

const terminal = new Terminal({
  rows: Number(rows), cols: Number(cols), allowProposedApi: true,
});
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
let answers = "";
terminal.onData((data) => { answers += data; });
terminal.write(require("fs").readFileSync(0), () => {
  const screen = [];
  for (let i = 0; i < terminal.rows; i++)
    screen.push(terminal.buffer.active.getLine(i).translateToString(true));
  process.stdout.write(JSON.stringify({ screen, answers }));
});
