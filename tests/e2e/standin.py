#!/usr/bin/env python3
"""The stand-in checks what it is sent: signatures, replays, shapes, keys.

The signatures here are made by an implementation of RFC 5849 of this file's
own, so that the one in C is checked by another.
"""
import base64
import hashlib
import hmac
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import parse_qsl, quote, urlsplit

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, equal, main, test  # noqa: E402

ACCOUNT = {"account": "TSTDRV1", "consumerKey": "ck", "consumerSecret": "c&s",
           "tokenId": "tk", "tokenSecret": "t s"}
OTHER = {"account": "TSTDRV2", "consumerKey": "ck", "consumerSecret": "c&s",
         "tokenId": "tk2", "tokenSecret": "t2"}
world = {}


def start():
    folder = tempfile.mkdtemp(prefix="tailor-standin-")
    key, cert, config = (os.path.join(folder, n) for n in
                         ("key.pem", "cert.pem", "config.json"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                    "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    with open(config, "w") as f:
        json.dump({"accounts": [ACCOUNT, OTHER], "isvToken": "isv-token",
                   "purchaseOrders": 205, "seed": 7}, f)
    world["process"] = subprocess.Popen(
        [os.path.join(BUILD, "tailor-standin"), "--config", config, "--listen",
         "127.0.0.1:0", "--certificate", cert, "--key", key],
        stdout=subprocess.PIPE, text=True)
    world["url"] = json.loads(world["process"].stdout.readline())["url"]
    world["tls"] = ssl.create_default_context(cafile=cert)


def stop():
    world["process"].terminate()
    equal(world["process"].wait(10), 0, "exit status")


def call(method, path, body=None, headers=None):
    data = None if body is None else (
        body if isinstance(body, bytes) else json.dumps(body).encode())
    request = urllib.request.Request(world["url"] + path, data=data,
                                     method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, context=world["tls"]) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers


def oauth(method, path, account=ACCOUNT, at=None, nonce=None, secret=None):
    url = world["url"] + path
    parts = urlsplit(url)
    fields = {"oauth_consumer_key": account["consumerKey"],
              "oauth_token": account["tokenId"],
              "oauth_signature_method": "HMAC-SHA256",
              "oauth_timestamp": str(int(at or time.time())),
              "oauth_nonce": nonce or uuid.uuid4().hex,
              "oauth_version": "1.0"}
    pairs = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in
                   list(fields.items()) + parse_qsl(parts.query, True))
    base = "&".join(quote(x, safe="~") for x in (
        method, f"{parts.scheme}://{parts.netloc}{parts.path}",
        "&".join(f"{k}={v}" for k, v in pairs)))
    key = "&".join(quote(x, safe="~") for x in (
        account["consumerSecret"], secret or account["tokenSecret"]))
    fields["oauth_signature"] = base64.b64encode(hmac.new(
        key.encode(), base.encode(), hashlib.sha256).digest()).decode()
    return {"Authorization": 'OAuth realm="%s", ' % account["account"] +
            ", ".join(f'{k}="{quote(v, safe="~")}"'
                      for k, v in fields.items()),
            "Content-Type": "application/json"}


SALES = "/services/rest/record/v1/cashSale"


def post_sale(body, **options):
    headers = oauth("POST", SALES, **options)
    return call("POST", SALES, body, headers)


@test
def a_signed_record_is_kept_digit_by_digit():
    status, _, headers = post_sale(
        b'{"entity":{"id":"7"},"total":19.90,"n":12345678901234567890}')
    equal(status, 204)
    identity = headers["Location"].rsplit("/", 1)[1]
    path = f"{SALES}/{identity}"
    status, body, _ = call("GET", path, headers=oauth("GET", path))
    equal(status, 200)
    assert b'"total":19.90' in body and b"12345678901234567890" in body, body


@test
def what_is_signed_wrongly_is_refused():
    used = uuid.uuid4().hex
    equal(post_sale({"entity": {}}, nonce=used)[0], 204)
    for options in ({"secret": "wrong"}, {"at": time.time() - 400},
                    {"at": time.time() + 400}, {"nonce": used},
                    {"account": dict(ACCOUNT, account="OTHER")},
                    {"account": dict(ACCOUNT, tokenId="nobody")}):
        status, body, _ = post_sale({"entity": {}}, **options)
        equal(status, 401, str(options))
        equal(json.loads(body)["o:errorDetails"][0]["o:errorCode"],
              "INVALID_LOGIN")
    equal(call("POST", SALES, {"entity": {}})[0], 401, "no signature")
    other_path = oauth("POST", SALES + "?x=1")
    equal(call("POST", SALES, {"entity": {}}, other_path)[0], 401)


@test
def an_idempotency_key_acts_once():
    places = []
    for _ in range(3):
        headers = oauth("POST", SALES)
        headers["X-NetSuite-Idempotency-Key"] = "key-1"
        status, _, answer = call("POST", SALES, {"entity": {}}, headers)
        equal(status, 204)
        places.append(answer["Location"])
    equal(len(set(places)), 1)
    kept = json.loads(call("GET", "/standin/records?type=cashSale")[1])["data"]
    equal([r["attempts"] for r in kept if r["idempotencyKey"] == "key-1"], [3])


@test
def bad_content_gets_netsuites_error_format():
    for body, where in (({"memo": "x"}, "entity"),
                        ({"entity": {}, "taxTotal": "5 %"}, "taxTotal")):
        status, text, _ = post_sale(body)
        equal(status, 400)
        detail = json.loads(text)["o:errorDetails"][0]
        equal(detail["o:errorPath"], where)
    equal(post_sale(b'{"entity":')[0], 400)


@test
def accounts_do_not_see_each_other():
    _, _, headers = post_sale({"entity": {}}, account=OTHER)
    path = SALES + "/" + headers["Location"].rsplit("/", 1)[1]
    equal(call("GET", path, headers=oauth("GET", path))[0], 404)
    equal(call("GET", path, headers=oauth("GET", path, account=OTHER))[0], 200)


@test
def a_search_comes_in_pages():
    found, offset, more = [], 0, True
    while more:
        path = f"/services/rest/query/v1/suiteql?limit=100&offset={offset}"
        headers = dict(oauth("POST", path), Prefer="transient")
        query = {"q": "SELECT * FROM transaction WHERE type = 'PurchOrd'"}
        status, body, _ = call("POST", path, query, headers)
        equal(status, 200)
        page = json.loads(body)
        found += page["items"]
        more, offset = page["hasMore"], offset + 100
    equal(len(found), 205)
    equal(len({order["OrderId"] for order in found}), 205)
    equal(sum(1 for o in found if " " not in o["customer"]["fullName"]), 2)
    equal(sum(1 for o in found if not o["lines"]), 2)
    equal(sum(1 for o in found if "cust_ShippingPriority" not in o), 2)


@test
def the_isv_needs_its_token_and_acts_once():
    path = "/isv/purchase-orders"
    equal(call("POST", path, {"a": 1})[0], 401)
    good = {"Authorization": "Bearer isv-token", "Idempotency-Key": "k",
            "X-Alloy-BlockName": "Send"}
    equal([call("POST", path, {"a": 1}, good)[0] for _ in range(2)], [201, 200])
    kept = json.loads(call(
        "GET", "/standin/records?type=isv:/purchase-orders")[1])["data"]
    equal((len(kept), kept[0]["attempts"]), (1, 2))
    assert "x-alloy-blockname: send" in kept[0]["headers"].lower(), kept


@test
def faults_fail_and_hold():
    call("POST", "/standin/faults", {"path": SALES, "times": 1, "status": 503})
    equal(post_sale({"entity": {}})[0], 503)
    equal(post_sale({"entity": {}})[0], 204)


if __name__ == "__main__":
    main(start, stop)
