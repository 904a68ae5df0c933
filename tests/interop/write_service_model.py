"""Prints local-pool/src/wire/service-model.json anew, from the botocore that runs this: what is in it and what is not is
said in local-pool/src/wire/model.rs. With the argument `cognito-identity` it prints identity-model.json."""

import json
import pathlib
import sys

import botocore
import botocore.session

FILES = {"cognito-idp": ("service-model.json", "2016-04-18"), "cognito-identity": ("identity-model.json", "2014-06-30")}
SERVICE = sys.argv[1] if len(sys.argv) > 1 else "cognito-idp"
FILE, VERSION = FILES[SERVICE]
OURS = pathlib.Path(__file__).parents[2] / "local-pool/src/wire" / FILE
# Maps of user pools are taken with any keys and values.
WITH_MAPS = SERVICE == "cognito-identity"
# The service's own words, which take blanks inside.
PASSWORD = r"^[\S]+.*[\S]+$"

loader = botocore.session.get_session().get_component("data_loader")
model = loader.load_service_model(SERVICE, "service-2", VERSION)
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
    elif shape["type"] == "map" and WITH_MAPS:
        kept["key"], kept["of"] = shape["key"]["shape"], shape["value"]["shape"]
        reach(kept["key"])
        reach(kept["of"])
    for rule in ("min", "max", "pattern", "enum"):
        if rule in shape and (shape["type"] != "map" or WITH_MAPS):
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
source = f"botocore {botocore.__version__}, {SERVICE} {VERSION}"
text = f'{{"from":{json.dumps(source)},\n"operations":{{\n'
text += ",\n".join(line(name, entry) for name, entry in entries.items())
text += '\n},\n"shapes":{\n' + ",\n".join(line(name, shapes[name]) for name in sorted(shapes)) + "\n}}\n"
sys.stdout.write(text)
