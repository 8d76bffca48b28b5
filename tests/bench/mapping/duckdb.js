// The rows of rows.json as DuckDB's SQL: newline-delimited JSON from the file
// named first to the one named second, one thread. NODE_PATH says where
// @duckdb/node-api is. What it took without the start of the program goes to
// standard error. The columns are given, so that DuckDB need not guess them.
'use strict';
const { DuckDBInstance } = require('@duckdb/node-api');

const columns = `{
    OrderId: 'VARCHAR', InternalId: 'UHUGEINT', CreatedDate: 'VARCHAR',
    Subsidiary: 'STRUCT(refName VARCHAR)',
    Customer: 'STRUCT(internalId VARCHAR, fullName VARCHAR, email VARCHAR)',
    ShipTo: 'STRUCT(Street VARCHAR, Zip VARCHAR, Country VARCHAR)',
    Currency: 'VARCHAR', Total: 'DOUBLE', Memo: 'VARCHAR',
    custbody_po_number: 'VARCHAR', custbody_channel: 'VARCHAR',
    lines: 'STRUCT(ItemSku VARCHAR, Description VARCHAR, Quantity BIGINT,
                   Rate DOUBLE, custcol_engraving VARCHAR)[]'
}`;

const mapping = `
    SELECT OrderId AS "orderNumber", InternalId AS "externalId",
        CreatedDate AS "createdAt", Subsidiary.refName AS "subsidiary",
        {'id': Customer.internalId, 'name': Customer.fullName,
         'email': Customer.email} AS "customer",
        {'street': ShipTo.Street, 'zip': ShipTo.Zip,
         'country': ShipTo.Country} AS "shipping",
        Currency AS "currency", Total AS "total", Memo AS "memo",
        custbody_po_number AS "poNumber", custbody_channel AS "channel",
        'netsuite' AS "source",
        list_transform(lines, lambda l: {'sku': l.ItemSku,
            'name': l.Description, 'quantity': l.Quantity,
            'unitPrice': l.Rate, 'engraving': l.custcol_engraving})
            AS "lineItems"`;

function text(name) {
    return "'" + name.replaceAll("'", "''") + "'";
}

async function run(from, to) {
    const start = process.hrtime.bigint();
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run(`COPY (${mapping}
        FROM read_json(${text(from)}, format = 'newline_delimited',
                       columns = ${columns}))
        TO ${text(to)} (FORMAT json)`);
    process.stderr.write((Number(process.hrtime.bigint() - start) / 1e6).toFixed(1) + '\n');
}

run(process.argv[2], process.argv[3]);
