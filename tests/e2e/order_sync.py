"""What the tests of job B share: Globex with its order sync, the customer's
sheet, and what the ISV's API must receive, computed from the orders alone."""
import json
import zipfile
from xml.sax.saxutils import escape

from harness import World, equal


I = "globex/order-sync"
W = "initial-sync"
BLOCK = "Custom JSON API Call"
SHEET = """YourApp,Netsuite
external_order_id,OrderId
vendor.name,Subsidiary.refName
vendor.email,Email
lineItems[*].sku,lines[*].ItemSku
lineItems[*].product_name,lines[*].Name
lineItems[*].quantity,lines[*].Quantity
lineItems[*].unit_cost,lines[*].Rate
custom_field_1,cust_Assigned_Procurement_Rep
custom_field_2,cust_ShippingPriority
"""
TITLE = "Order sync of Globex, agreed on 12 Oct 2026"
state = {}


def write_workbook(path, rows=None):
    """ROWS of two cells, or the sheet as the customer sends it: a workbook with
    a title over merged cells, an empty row, and the header below them."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/"
    package = "http://schemas.openxmlformats.org/package/2006/"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    rows = rows or [[TITLE], []] + [line.split(",")
                                    for line in SHEET.splitlines()]
    cells = "".join(
        f'<row r="{i}">' + "".join(
            f'<c r="{"AB"[j]}{i}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for j, text in enumerate(row)) + "</row>"
        for i, row in enumerate(rows, 1))
    link = (f'<Relationships xmlns="{package}relationships"><Relationship Id="r1" '
            f'Type="{office}relationships/%s" Target="%s"/></Relationships>')
    parts = {
        "[Content_Types].xml":
            f'<Types xmlns="{package}content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet.xml" ContentType="{kind}worksheet+xml"/></Types>',
        "_rels/.rels": link % ("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": link % ("worksheet", "sheet.xml"),
        "xl/workbook.xml":
            f'<workbook xmlns="{main}" xmlns:r="{office}relationships"><sheets>'
            f'<sheet name="Mapping" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/sheet.xml":
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData><mergeCells '
            f'count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'}
    with zipfile.ZipFile(path, "w") as z:
        for name, text in parts.items():
            z.writestr(name, text)


class Digits(str):
    """A number as it was written."""


def exact(text):
    """JSON with the digits of numbers and the order of keys kept."""
    return json.loads(text, parse_float=Digits, parse_int=Digits)


def compact(value):
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" +
                              compact(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def raw(path):
    import urllib.request
    with urllib.request.urlopen(state["world"].standin + path,
                                context=state["world"].tls) as answer:
        return exact(answer.read().decode())


def setup():
    world = state["world"] = World(3)
    key = {"Authorization": "Bearer " + world.facts["apiKey"]}
    host = world.standin.split("//")[1]
    api = world.url + "/2024-03"
    world.http("POST", api + "/headless/credentials", {
        "userId": "globex", "credential": {"type": "http", "data": {
            "host": host, "token": "demo-isv-token"}}}, key)
    integration = world.json("integration", "show", "order-sync")
    started = world.http("POST", api + "/headless/startInstallation", {
        "userId": "globex", "integrationId": integration["integrationId"]},
        key)
    world.http("POST", api + "/headless/completeInstallation", {
        "installationId": started["installationId"], "data": []}, key)


def close():
    if "world" in state:
        state["world"].close()


def workflow():
    rows = state["world"].json("installation", "show", I)["workflowList"]
    return next(row for row in rows if row["workflow"] == W)


def expected():
    """What arrives as JSON by order, and the orders that are set aside."""
    orders = raw("/standin/orders")["data"]
    equal(len(orders), 2000)
    wanted, aside = {}, []
    for order in orders:
        first, space, last = order["customer"]["fullName"].partition(" ")
        if not space:
            aside.append(order["OrderId"])
            continue
        mapped = {
            "external_order_id": order["OrderId"],
            "vendor": {"name": order["Subsidiary"]["refName"],
                       "email": order["Email"]},
            "lineItems": [{"sku": line["ItemSku"],
                           "product_name": line["Name"],
                           "quantity": line["Quantity"],
                           "unit_cost": line["Rate"]}
                          for line in order["lines"]],
            "custom_field_1": order["cust_Assigned_Procurement_Rep"]}
        if "cust_ShippingPriority" in order:
            mapped["custom_field_2"] = order["cust_ShippingPriority"]
        mapped["first_name"], mapped["last_name"] = first, last
        wanted[order["OrderId"]] = compact(mapped)
    assert len(aside) == 20 and any(not o["lines"] for o in orders)
    return wanted, aside


def check_arrived(wanted):
    """The ISV's API has WANTED, each once, byte for byte."""
    records = raw("/standin/records?type=isv:/orders&limit=100000")["data"]
    got = {r["body"]["external_order_id"]: compact(r["body"])
           for r in records}
    equal(len(records), len(wanted), "records, each once")
    for order, text in wanted.items():
        equal(got.get(order), text, order)
    equal({r["attempts"] for r in records}, {"1"}, "attempts")
