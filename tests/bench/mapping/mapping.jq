# The rows of rows.json in jq.
{orderNumber: .OrderId, externalId: .InternalId, createdAt: .CreatedDate,
 subsidiary: .Subsidiary.refName,
 customer: {id: .Customer.internalId, name: .Customer.fullName,
  email: .Customer.email},
 shipping: {street: .ShipTo.Street, zip: .ShipTo.Zip,
  country: .ShipTo.Country},
 currency: .Currency, total: .Total, memo: .Memo,
 poNumber: .custbody_po_number, channel: .custbody_channel, source: "netsuite",
 lineItems: [.lines[] | {sku: .ItemSku, name: .Description,
  quantity: .Quantity, unitPrice: .Rate, engraving: .custcol_engraving}]}
