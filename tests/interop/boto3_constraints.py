"""Breaks every constraint of botocore's service models, for every operation the server has. Usage: ENDPOINT

Whatever else is wrong with such a request, the answer has to name the constraint, in the service's words."""

import json
import sys
import urllib.error
import urllib.request

import botocore.session

ENDPOINT = sys.argv[1]
SESSION = botocore.session.get_session()
SERVICES = {"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService"}
# The model's bound for texts it has none for: more than the server takes in at all.
UNBOUNDED = 131072


def call(target, operation, body):
    headers = {"X-Amz-Target": f"{target}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    request = urllib.request.Request(ENDPOINT, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return json.load(error).get("message", "")


def lower_camel(name):
    return name[0].lower() + name[1:]


# The service's own texts show another pattern than its model: it takes blanks inside.
PASSWORD = r"^[\S]+.*[\S]+$"


def unlike(pattern):
    """A text that the pattern does not match."""
    return " " if pattern in (r"[\S]+", PASSWORD) else "\x07"


def broken(shape, maps):
    """Values that break the constraints of a shape itself, each with the rule it breaks."""
    rules = shape.metadata
    if shape.type_name == "string":
        if "enum" in rules:
            yield "NO_SUCH_VALUE", f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
            return
        filler = "1" if rules.get("pattern") == "[0-9]+" else "a"
        if rules.get("max", UNBOUNDED) < UNBOUNDED:
            yield filler * (rules["max"] + 1), f"Member must have length less than or equal to {rules['max']}"
        if rules.get("min", 0) > 0:
            yield filler * (rules["min"] - 1), f"Member must have length greater than or equal to {rules['min']}"
        # What matches every text cannot be broken.
        if rules.get("pattern", "(?s).*") != "(?s).*":
            pattern = PASSWORD if shape.name == "PasswordType" else rules["pattern"]
            yield unlike(pattern), f"Member must satisfy regular expression pattern: {pattern}"
    elif shape.type_name in ("integer", "long"):
        if "max" in rules:
            yield rules["max"] + 1, f"Member must have value less than or equal to {rules['max']}"
        if "min" in rules:
            yield rules["min"] - 1, f"Member must have value greater than or equal to {rules['min']}"
    elif shape.type_name == "map" and maps:
        item = {"string": "a" * 20, "structure": {}}[shape.value.type_name]
        if "max" in rules:
            yield {f"k{n}": item for n in range(rules["max"] + 1)}, f"Member must have length less than or equal to {rules['max']}"
        yield {"k" * 129: item}, "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1"
        if shape.value.type_name == "string":
            longest = shape.value.metadata["max"]
            yield {"k": "a" * (longest + 1)}, f"Map value must satisfy constraint: [Member must have length less than or equal to {longest}"
    elif shape.type_name == "list":
        if rules.get("max", UNBOUNDED) < 1000:
            item = {"string": "a", "structure": {}}[shape.member.type_name]
            yield [item] * (rules["max"] + 1), f"Member must have length less than or equal to {rules['max']}"
        if rules.get("min", 0) > 0:
            yield [], f"Member must have length greater than or equal to {rules['min']}"


def violations(shape, path, maps, depth=0):
    """Requests for a structure's members: (body, path, rule). Maps of user pools are taken as they come."""
    for name, member in shape.members.items():
        here = path + lower_camel(name)
        if name in shape.required_members:
            yield {}, here, "Member must not be null"
        for value, rule in broken(member, maps):
            yield {name: value}, here, rule
        if depth > 3:
            continue
        if maps and member.type_name == "map" and member.value.type_name == "structure":
            for body, inner, rule in violations(member.value, f"{here}.k.member.", maps, depth + 1):
                yield {name: {"k": body}}, inner, rule
        if member.type_name == "structure" and not member.is_document_type:
            for body, inner, rule in violations(member, f"{here}.", maps, depth + 1):
                yield {name: body}, inner, rule
        if member.type_name == "list":
            for value, rule in broken(member.member, maps):
                yield {name: [value]}, f"{here}.1.member", rule
            if member.member.type_name == "structure":
                for body, inner, rule in violations(member.member, f"{here}.1.member.", maps, depth + 1):
                    yield {name: [body]}, inner, rule


with urllib.request.urlopen(f"{ENDPOINT}/_local/operations") as answer:
    operations = json.load(answer)
checked, missed, known = 0, [], set()
for service, target in SERVICES.items():
    model = SESSION.get_service_model(service)
    for operation in (name for name in operations if name in model.operation_names):
        known.add(operation)
        for body, path, rule in violations(model.operation_model(operation).input_shape, "", service == "cognito-identity"):
            checked += 1
            message = call(target, operation, body)
            if f"at '{path}' failed to satisfy constraint: {rule}" not in message:
                missed.append(f"{operation} {path}: {rule}\n    {message[:200]}")
assert checked > 100 and len(known) > 90, (checked, len(known))
assert not missed, f"{len(missed)} of {checked}:\n" + "\n".join(missed)
print(f"{checked} constraints\nall done")
