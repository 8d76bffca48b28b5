// Maps newline-delimited JSON (the file named second) with the JSONata
// program named first; NODE_PATH says where jsonata is. What it took without
// the start of the program goes to standard error.
'use strict';
const fs = require('fs');
const jsonata = require('jsonata');

async function run() {
    const start = process.hrtime.bigint();
    const program = jsonata(fs.readFileSync(process.argv[2], 'utf8'));
    // Reads in big pieces, so that memory does not grow with the input.
    const chunk = Buffer.allocUnsafe(1 << 20);
    const input = fs.openSync(process.argv[3], 'r');
    let rest = Buffer.alloc(0);
    let out = '';
    for (;;) {
        const n = fs.readSync(input, chunk, 0, chunk.length, null);
        if (n === 0)
            break;
        const data = Buffer.concat([rest, chunk.subarray(0, n)]);
        const end = data.lastIndexOf(10) + 1;
        for (const line of data.toString('utf8', 0, end).split('\n'))
            if (line !== '')
                out += JSON.stringify(await program.evaluate(JSON.parse(line))) + '\n';
        rest = Buffer.from(data.subarray(end));
        fs.writeSync(1, out);
        out = '';
    }
    process.stderr.write((Number(process.hrtime.bigint() - start) / 1e6).toFixed(1) + '\n');
}

run();
