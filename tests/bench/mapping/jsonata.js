// Maps newline-delimited JSON (the file named second) with the JSONata
// program named first; NODE_PATH says where jsonata is. What it took without
// the start of the program goes to standard error.
'use strict';
const fs = require('fs');
const jsonata = require('jsonata');

async function run() {
    const start = process.hrtime.bigint();
    const program = jsonata(fs.readFileSync(process.argv[2], 'utf8'));
    const lines = fs.readFileSync(process.argv[3], 'utf8').split('\n');
    let out = '';
    for (const line of lines) {
        if (line === '')
            continue;
        out += JSON.stringify(await program.evaluate(JSON.parse(line))) + '\n';
        if (out.length > 1 << 20) {
            fs.writeSync(1, out);
            out = '';
        }
    }
    fs.writeSync(1, out);
    process.stderr.write((Number(process.hrtime.bigint() - start) / 1e6).toFixed(1) + '\n');
}

run();
