"""A small OpenID Connect provider on this machine: discovery, authorisation, tokens signed by a key, userinfo, keys."""

import base64
import hashlib
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "chsh-game", "a secret of the client"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """`person` is who sits at the browser; `spoil` may change claims of the token before it is signed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key, self.signing_key = (key := new_key()), key
        self.person: dict[str, Any] = {"sub": "248289761001", "preferred_username": "m.curie", "email": "m@uni.example"}
        self.userinfo: dict[str, Any] | None = None
        self.spoil: Callable[[dict[str, Any]], object] = lambda claims: None
        self.algorithm, self.refuses = "RS256", False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def discovery(self) -> dict[str, Any]:
        paths = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        return {"issuer": self.issuer, **{path: f"{self.issuer}/{path}" for path in paths}}

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorise(self, asked: dict[str, str]) -> str:
        """Return where the browser is sent back to."""
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"]
        assert asked["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        query = {"error": "access_denied"} if self.refuses else {"code": code}
        return f"{asked['redirect_uri']}?{urllib.parse.urlencode({**query, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens of a code, once, to the client that began with its challenge; None for others."""
        begun = self.codes.pop(asked["code"], None)
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or (asked["client_id"], asked["client_secret"]) != (CLIENT, SECRET):
            return None
        if challenge != begun["code_challenge"] or asked["redirect_uri"] != begun["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            **self.person,
        }
        self.spoil(claims)
        key: Any = None if self.algorithm == "none" else self.signing_key
        signed = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": signed}


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.server.asked.append(path)
        if path == "/authorization_endpoint":
            self.send_response(302)
            self.send_header("Location", self.server.authorise(dict(urllib.parse.parse_qsl(query))))
            self.end_headers()
        elif path == "/userinfo_endpoint" and self.headers["Authorization"] == "Bearer an access token":
            self._say(self.server.userinfo or self.server.person)
        elif path == "/.well-known/openid-configuration":
            self._say(self.server.discovery())
        elif path == "/jwks_uri":
            self._say(self.server.keys())
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(self.path)
        tokens = self.server.token(dict(urllib.parse.parse_qsl(text)))
        self._say(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _say(self, what: dict[str, Any], status: int = 200) -> None:
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
