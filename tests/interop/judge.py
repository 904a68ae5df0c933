"""What botocore's service model says of an answer; each script of boto3 has every answer judged by it."""

import json

from botocore.exceptions import ClientError

driven = set()

# What the service answers against its own model.
EMPTY = {"DescribeUserPoolDomain.DomainDescription.CustomDomainConfig": "of a prefix domain (examples of the AWS CLI)"}


def check(shape, value, path):
    """Whether a JSON value is what the shape says, without members it does not know."""
    kind, rules = shape.type_name, shape.metadata
    if getattr(shape, "is_document_type", False):
        return
    if value == {} and path in EMPTY:
        return
    if kind == "structure":
        assert isinstance(value, dict), f"{path} is no object: {value}"
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path} has members the model does not know: {unknown}"
        missing = set(shape.required_members) - set(value)
        assert not missing, f"{path} lacks {missing}"
        for name, member in value.items():
            # The service leaves out what it does not have.
            assert member is not None and member != "", f"{path}.{name} is {member!r}"
            check(shape.members[name], member, f"{path}.{name}")
    elif kind == "list":
        assert isinstance(value, list), f"{path} is no list: {value}"
        for index, item in enumerate(value):
            check(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        assert isinstance(value, dict), f"{path} is no map: {value}"
        for name, item in value.items():
            check(shape.value, item, f"{path}.{name}")
    elif kind == "string":
        assert isinstance(value, str), f"{path} is no text: {value}"
        if "enum" in rules:
            assert value in rules["enum"], f"{path} is {value}"
    elif kind == "boolean":
        assert isinstance(value, bool), f"{path} is no boolean: {value}"
    elif kind in ("integer", "long"):
        assert isinstance(value, int) and not isinstance(value, bool), f"{path} is no integer: {value}"
        assert rules.get("min", value) <= value <= rules.get("max", value), f"{path} is {value}"
    elif kind == "timestamp":
        assert isinstance(value, (int, float)) and 1.5e9 < value < 1e11, f"{path} is no time: {value}"
    else:
        raise AssertionError(f"{path} is of kind {kind}")


def judge(response_dict, operation_model, **_):
    name, status, body = operation_model.name, response_dict["status_code"], response_dict["body"]
    assert response_dict["headers"]["content-type"] == "application/x-amz-json-1.1"
    if status == 200:
        driven.add(name)
        if operation_model.output_shape is None:
            assert body == b"", f"{name} has no output, but answered {body}"
        else:
            check(operation_model.output_shape, json.loads(body), name)
        return
    error = json.loads(body)["__type"]
    known = {shape.name for shape in operation_model.error_shapes}
    assert error in known, f"{name} answered {error}, which is none of {known}"


def refused(exception, call, **arguments):
    """The text of a refusal, which has to be this exception."""
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == exception, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{exception} was expected")
