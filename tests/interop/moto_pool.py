"""Starts moto's server with a pool and a client; prints them as JSON and stays until standard input closes."""

import json
import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"
cognito = boto3.client(
    "cognito-idp", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
)
pool = cognito.create_user_pool(PoolName="moto", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
print(json.dumps({"endpoint": endpoint, "pool": pool, "client": client["UserPoolClient"]["ClientId"]}), flush=True)
sys.stdin.read()
server.stop()
