"""A passkey of one person, made in this process: it answers what a page asks of a device."""

import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import User

HOST = "testserver"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Passkey:
    """One key pair of one person."""

    person: User
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, person: User) -> "Passkey":
        """Return the passkey of somebody, the same one each time."""
        return cls(person, _key(str(person.pk)))

    @property
    def id(self) -> bytes:
        """Return what it is called by."""
        return self.person.pk.bytes

    def store(self) -> None:
        """Let it be added already."""
        data = {"name": "Phone", "credential": self._created("a" * 22)}
        Authenticator.objects.create(user=self.person, type=Authenticator.Type.WEBAUTHN, data=data)

    def answer(self, page: str) -> str:
        """Return what the device says to a page: a new passkey, or that it is there."""
        found = re.search(r'<script id="passkey-options"[^>]*>(.*?)</script>', page, re.DOTALL)
        if not found and not page.startswith("{"):
            return ""
        asked: dict[str, Any] = json.loads(unescape(found[1]) if found else page)
        options = asked.get("creation_options") or asked["request_options"]
        challenge = options["publicKey"]["challenge"]
        return json.dumps(self._created(challenge) if "creation_options" in asked else self._signed(challenge))

    def _created(self, challenge: str) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(_rp_hash(), FLAGS | AuthenticatorData.FLAG.AT, 0, credential)
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, challenge, f"https://{HOST}")
        response = {
            "clientDataJSON": _text(client),
            "attestationObject": _text(AttestationObject.create("none", data, {})),
        }
        return self._credential(response, {"credProps": {"rk": True}})

    def _signed(self, challenge: str) -> dict[str, Any]:
        data = AuthenticatorData.create(_rp_hash(), FLAGS, 0)
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, challenge, f"https://{HOST}")
        response = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))),
            "userHandle": _text(user_pk_to_url_str(self.person).encode()),
        }
        return self._credential(response, {})

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> dict[str, Any]:
        name = _text(self.id)
        kept = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": extensions}
        return {**kept, "response": response}


@cache
def _key(person: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _rp_hash() -> bytes:
    made = hashes.Hash(hashes.SHA256())
    made.update(HOST.encode())
    return made.finalize()
