"""The embedded API in tests: an integration with one workflow, its versions, and
its calls."""
import hashlib
import json
import uuid

TRIGGER, BLOCK, ASK = (str(uuid.uuid4()) for _ in range(3))


def new_id():
    return uuid.uuid4().hex[:24]


def canonical(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False).encode()


def document(formula, ask=False):
    blocks = [{"id": BLOCK, "kind": "math", "name": "Tax", "formula": formula}]
    if ask:
        blocks.insert(0, {
            "id": ASK, "kind": "variables", "name": "Settings", "values": [
                {"name": "region", "ask": {"label": "Region"}}]})
    return {"format": 1, "formulas": 1, "name": "Orders", "blocks": blocks,
            "trigger": {"id": TRIGGER, "kind": "event", "name": "New order",
                        "event": "order.recorded", "sample": {"total": 100}}}


class World:
    def __init__(self, daemon):
        self.d = daemon
        self.live = daemon.key("backend")
        self.test = daemon.key("backend-test", "development")
        self.integration, self.workflow = new_id(), new_id()
        self.base = []

    def manage(self, method, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body)
        status, answer, _ = self.d.call(method, "/manage/v1" + path, data,
                                        self.d.manage)
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def request(self, kind, item):
        receipt = self.manage("POST", "/requests", {"requests": [
            {"key": new_id(), "kind": kind, "actor": "alice", "items": [item]}]})
        return receipt["data"][0]["items"][0]

    def put(self, doc):
        text = canonical(doc)
        name = hashlib.sha256(text).hexdigest()
        self.manage("PUT", "/documents/" + name, text)
        return name

    def catalogue(self, key="orders", name="Order sync", app="shop"):
        self.manage("PUT", "/integrations/" + self.integration, {
            "integrationId": self.integration, "key": key,
            "name": name, "app": app, "icon": "", "active": True,
            "workflows": [{"workflowId": self.workflow, "key": "orders",
                           "name": "Orders"}], "connectors": {}})

    def publish(self, doc):
        number, version = len(self.base) + 1, new_id()
        item = self.request("publish", {
            "workflowId": self.workflow, "versionId": version, "base": number,
            "hash": self.put(doc), "expectedBase": number - 1})
        self.base.append(version)
        return item

    def api(self, method, path, body=None, key=None, user=None):
        status, answer, _ = self.d.call(
            method, "/2024-03" + path, body,
            None if user else key or self.live, user)
        return status, answer

    def row(self, name):
        return self.api("GET", f"/workflows/{self.workflow}?userId={name}")[1]["data"]

    def statuses(self, name):
        rows = self.api("GET", f"/workflows/{self.workflow}/versions?userId={name}")[1]["data"]
        return [(r["versionName"], r["status"]) for r in rows]

    def install(self, name):
        self.api("POST", "/users", {"username": name, "fullName": name.title()})
        status, begun = self.api("POST", "/headless/startInstallation", {
            "userId": name, "integrationId": self.integration})
        if status != 200:
            raise RuntimeError(begun)
        done = self.api("POST", "/headless/completeInstallation", {
            "installationId": begun["installationId"], "data": []})
        return begun, done


def world_of_ann(daemon):
    """A world where ann has installed version 1, and her installation."""
    w = World(daemon)
    w.catalogue()
    w.publish(document("=total * 0.05"))
    return w, w.install("ann")[0]["installationId"]
