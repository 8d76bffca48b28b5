"""Calculates formulas by LibreOffice Calc, through a workbook."""
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from xml.sax.saxutils import escape

NEWER = ("CONCAT IFNA IFS SWITCH TEXTJOIN MINIFS MAXIFS XOR UNICHAR UNICODE NUMBERVALUE DAYS ISOWEEKNUM").split()
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="s.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>'}
SPACES = {"office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
          "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
          "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"}


def program():
    return os.environ.get("SOFFICE") or shutil.which("soffice")


def cell(value, place):
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def written(formula):
    return escape(re.sub(r"\b(" + "|".join(NEWER) + r")\(", r"_xlfn.\1(", formula))


def calculate(rows, folder):
    """(kind, value) of each row's formula."""
    width = len(rows[0]["cells"])
    sheet = "".join(f'<row r="{i + 1}">' + "".join(cell(v, f"{chr(65 + j)}{i + 1}") for j, v in enumerate(r["cells"])) +
                    f'<c r="{chr(65 + width)}{i + 1}"><f>{written(r["formula"])}</f></c></row>' for i, r in enumerate(rows))
    with zipfile.ZipFile(folder + "/night.xlsx", "w") as z:
        for name, text in PARTS.items():
            z.writestr(name, text)
        z.writestr("xl/s.xml", '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + sheet +
                   "</sheetData></worksheet>")
    command = [program(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "fods", "--outdir", folder,
               folder + "/night.xlsx"]
    for _ in range(2):  # a new profile may end the first start
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
        if os.path.exists(folder + "/night.fods"):
            break
    return read(folder + "/night.fods", len(rows), width)


def read(path, count, column):
    made = []
    office, table, text = (f"{{{SPACES[n]}}}" for n in ("office", "table", "text"))
    for row in ET.parse(path).getroot().iter(table + "table-row"):
        at, found = 0, ("blank", None)
        for c in row:
            n = int(c.get(table + "number-columns-repeated", "1"))
            if at <= column < at + n:
                found = value_of(c, office, text)
            at += n
        made += [found] * int(row.get(table + "number-rows-repeated", "1"))
    return made[:count]


def value_of(c, office, text):
    words = "\n".join("".join(p.itertext()) if p.find(text + "s") is None else spaced(p, text) for p in c.iter(text + "p"))
    if c.get(f"{{{SPACES['calcext']}}}value-type") == "error":
        return "error", words
    kind = c.get(office + "value-type")
    if kind == "boolean":
        return "boolean", c.get(office + "boolean-value") == "true"
    if kind == "string":
        return "string", c.get(office + "string-value", words)
    if kind == "date":
        return "date", c.get(office + "date-value")
    return ("number", float(c.get(office + "value"))) if kind else ("blank", None)


def spaced(p, text):
    """The text of a paragraph, whose runs of blanks are elements."""
    made = p.text or ""
    for child in p:
        made += " " * int(child.get(text + "c", "1")) if child.tag == text + "s" else "".join(child.itertext())
        made += child.tail or ""
    return made
