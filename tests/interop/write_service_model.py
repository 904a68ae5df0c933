"""Prints local-pool/src/wire/service-model.json anew, from the botocore that runs this: what is in it and what is not is
said in local-pool/src/wire/model.rs."""

import json
import pathlib
import sys

import botocore
import botocore.session

OURS = pathlib.Path(__file__).parents[2] / "local-pool/src/wire/service-model.json"
# The service's own words, which take blanks inside.
PASSWORD = r"^[\S]+.*[\S]+$"

loader = botocore.session.get_session().get_component("data_loader")
model = loader.load_service_model("cognito-idp", "service-2", "2016-04-18")
ours = json.loads(OURS.read_text())
operations = sorted(ours["operations"])
# What the service does not repeat in its texts; botocore calls more sensitive.
secret = {name for name, shape in ours["shapes"].items() if shape.get("secret")}
shapes = {}


def reach(name):
    if name in shapes:
        return
    shape = model["shapes"][name]
    if shape.get("document"):
        shapes[name] = {"type": "document"}
        return
    kept = shapes[name] = {"type": shape["type"]}
    if shape["type"] == "structure":
        if shape.get("required"):
            kept["required"] = shape["required"]
        kept["members"] = [[member, of["shape"]] for member, of in shape["members"].items()]
        for _, of in kept["members"]:
            reach(of)
    elif shape["type"] == "list":
        kept["of"] = shape["member"]["shape"]
        reach(kept["of"])
    for rule in ("min", "max", "pattern", "enum"):
        if rule in shape and shape["type"] != "map":
            kept[rule] = shape[rule]
    if name == "PasswordType":
        kept["pattern"] = PASSWORD
    if name in secret:
        kept["secret"] = True


def line(name, value):
    return f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}"


entries = {}
for name in operations:
    operation = model["operations"][name]
    entries[name] = {"input": operation["input"]["shape"]}
    if operation.get("authtype") == "none":
        entries[name]["signed"] = False
    reach(entries[name]["input"])
source = f"botocore {botocore.__version__}, cognito-idp 2016-04-18"
text = f'{{"from":{json.dumps(source)},\n"operations":{{\n'
text += ",\n".join(line(name, entry) for name, entry in entries.items())
text += '\n},\n"shapes":{\n' + ",\n".join(line(name, shapes[name]) for name in sorted(shapes)) + "\n}}\n"
sys.stdout.write(text)
