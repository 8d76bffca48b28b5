// The rows of rows.json as one would write them in JavaScript: newline-
// delimited JSON from the file named first to standard output. What it took
// without the start of the program goes to standard error.
'use strict';
const fs = require('fs');
const start = process.hrtime.bigint();

function map(o) {
    const lines = o.lines, items = new Array(lines.length);
    for (let i = 0; i < lines.length; i++) {
        const l = lines[i];
        items[i] = {
            sku: l.ItemSku,
            name: l.Description,
            quantity: l.Quantity,
            unitPrice: l.Rate,
            engraving: l.custcol_engraving ?? null,
        };
    }
    return {
        orderNumber: o.OrderId,
        externalId: o.InternalId,
        createdAt: o.CreatedDate,
        subsidiary: o.Subsidiary.refName,
        customer: {
            id: o.Customer.internalId,
            name: o.Customer.fullName,
            email: o.Customer.email,
        },
        shipping: {
            street: o.ShipTo.Street,
            zip: o.ShipTo.Zip,
            country: o.ShipTo.Country,
        },
        currency: o.Currency,
        total: o.Total,
        memo: o.Memo,
        poNumber: o.custbody_po_number ?? null,
        channel: o.custbody_channel,
        source: 'netsuite',
        lineItems: items,
    };
}

// Reads in big pieces, so that memory does not grow with the input.
const chunk = Buffer.allocUnsafe(1 << 20);
const input = fs.openSync(process.argv[2], 'r');
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
            out += JSON.stringify(map(JSON.parse(line))) + '\n';
    rest = Buffer.from(data.subarray(end));
    if (out.length > 1 << 20) {
        fs.writeSync(1, out);
        out = '';
    }
}
fs.writeSync(1, out);
process.stderr.write((Number(process.hrtime.bigint() - start) / 1e6).toFixed(1) + '\n');
