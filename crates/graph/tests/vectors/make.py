#!/usr/bin/env python3
"""Makes the vectors of rich notifications and validation tokens, with the Python package `cryptography` and nothing of ours.

    python3 crates/graph/tests/vectors/make.py

The files are committed; the tests only read them. The keys are test keys and protect nothing. Every run makes new ones.
Contract: Graph docs, "Set up change notifications that include resource data".
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import pathlib
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"
CLIENT = "22222222-2222-4222-8222-222222222222"
ORGANIZER = "33333333-3333-4333-8333-333333333333"
CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086"
LOGIN = "https://login.microsoftonline.com"
NOW = 1795557600  # 2026-11-24T22:00:00Z


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def write(name: str, text: str) -> None:
    (HERE / name).write_text(text, encoding="utf-8")


def write_json(name: str, value) -> None:
    write(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: rsa.RSAPrivateKey, form=serialization.PrivateFormat.PKCS8) -> str:
    text = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
    return "A TEST KEY made by make.py. It protects nothing.\n" + text


def certificate(key: rsa.RSAPrivateKey, name: str) -> str:
    """Base64 of DER without armour: what `encryptionCertificate` takes."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2036, 1, 1))
    )
    return b64(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


# Rich notifications ------------------------------------------------------------------------------------------------

MEETING = b64(f"1*{ORGANIZER}*0**19:meeting_TestTestTest@thread.v2".encode())
RECORDING = b64(f"V2##1{ORGANIZER}{TENANT}".encode())
TRANSCRIPT = b64(b"1##0##44444444-4444-4444-8444-444444444444")


def artifact(kind: str) -> dict:
    noun, artifact_id = ("recordings", RECORDING) if kind == "recording" else ("transcripts", TRANSCRIPT)
    path = f"users/{ORGANIZER}/onlineMeetings/{MEETING}/{noun}/{artifact_id}/content"
    return {
        "@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#{noun}/$entity",
        "id": artifact_id,
        "meetingId": MEETING,
        "callId": "55555555-5555-4555-8555-555555555555",
        "contentCorrelationId": "66666666-6666-4666-8666-666666666666-0",
        "createdDateTime": "2026-11-24T21:02:11.0113199Z" if kind == "recording" else None,
        "endDateTime": "2026-11-24T21:31:40.3313199Z",
        f"{kind}ContentUrl": path,
        "content": None,
        "meetingOrganizer": {
            "application": None,
            "device": None,
            "user": {
                "@odata.type": "#Microsoft.Teams.GraphSvc.teamworkUserIdentity",
                "id": ORGANIZER,
                "displayName": None,
                "userIdentityType": "aadUser",
                "tenantId": TENANT,
            },
        },
    }


OAEP_SHA1 = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
OAEP_SHA256 = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def sealed(
    plain: bytes,
    key: rsa.RSAPrivateKey,
    certificate_id: str,
    *,
    size: int = 32,
    wrap=OAEP_SHA1,
    pad: bool = True,
    cut: int = 0,
) -> dict:
    """`cut` bytes are missing from the end of the data, and the signature is good for what is left."""
    secret = os.urandom(size)
    if pad:
        padder = PKCS7(128).padder()
        plain = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    data = encryptor.update(plain) + encryptor.finalize()
    data = data[: len(data) - cut]
    return {
        "data": b64(data),
        "dataKey": b64(key.public_key().encrypt(secret, wrap)),
        "dataSignature": b64(hmac.new(secret, data, hashlib.sha256).digest()),
        "encryptionCertificateId": certificate_id,
        "encryptionCertificateThumbprint": "0123456789ABCDEF0123456789ABCDEF01234567",
    }


def flipped(text: str, at: int = 0) -> str:
    data = bytearray(base64.b64decode(text))
    data[at] ^= 1
    return b64(bytes(data))


def rich(old: rsa.RSAPrivateKey, new: rsa.RSAPrivateKey) -> list:
    recording = json.dumps(artifact("recording")).encode()
    transcript = json.dumps(artifact("transcript")).encode()
    good = sealed(recording, new, "test-new")
    unsigned = {name: value for name, value in good.items() if name != "dataSignature"}
    block = b"sixteen bytes..!"
    cases = [
        ("recording", "recording", good),
        ("transcript under the older certificate", "transcript", sealed(transcript, old, "test-old")),
        ("signature with a bit changed", "content", good | {"dataSignature": flipped(good["dataSignature"])}),
        ("signature of another key", "content", good | {"dataSignature": sealed(recording, new, "")["dataSignature"]}),
        ("signature cut", "content", good | {"dataSignature": b64(base64.b64decode(good["dataSignature"])[:16])}),
        ("signature empty", "content", good | {"dataSignature": ""}),
        ("signature not base64", "content", good | {"dataSignature": "?"}),
        ("signature missing", "missing-signature", unsigned),
        ("signature null", "missing-signature", good | {"dataSignature": None}),
        ("unknown certificate", "unknown-certificate", good | {"encryptionCertificateId": "test-lost"}),
        ("key of another certificate", "data-key", sealed(recording, old, "test-new")),
        ("key with a bit changed", "data-key", good | {"dataKey": flipped(good["dataKey"], -1)}),
        ("key cut", "data-key", good | {"dataKey": b64(base64.b64decode(good["dataKey"])[:-1])}),
        ("key empty", "data-key", good | {"dataKey": ""}),
        ("key not base64", "data-key", good | {"dataKey": "no base64!"}),
        ("key of 128 bits", "data-key", sealed(recording, new, "test-new", size=16)),
        ("key under OAEP with SHA-256", "data-key", sealed(recording, new, "test-new", wrap=OAEP_SHA256)),
        ("key under PKCS 1 v1.5", "data-key", sealed(recording, new, "test-new", wrap=padding.PKCS1v15())),
        ("data with a bit changed", "content", good | {"data": flipped(good["data"], 40)}),
        ("data without its last block", "content", good | {"data": b64(base64.b64decode(good["data"])[:-16])}),
        ("data not base64", "content", good | {"data": good["data"][:-1]}),
        ("data without its last block, signed", "content", sealed(recording, new, "test-new", cut=16)),
        ("data cut inside a block, signed", "content", sealed(recording, new, "test-new", cut=3)),
        ("data empty, signed", "content", sealed(b"", new, "test-new", pad=False)),
        ("padding wrong, signed", "content", sealed(block[:15] + b"\x11", new, "test-new", pad=False)),
        ("padding zero, signed", "content", sealed(block[:15] + b"\x00", new, "test-new", pad=False)),
        ("no JSON, signed", "content", sealed(b"no JSON", new, "test-new")),
        ("JSON without an id, signed", "content", sealed(b'{"meetingId":"x"}', new, "test-new")),
        ("not UTF-8, signed", "content", sealed(b'{"id":"\xff"}', new, "test-new")),
    ]
    return [{"name": name, "expect": expect, "encryptedContent": content} for name, expect, content in cases]


# Validation tokens -------------------------------------------------------------------------------------------------


def segment(value) -> str:
    return b64url(json.dumps(value, separators=(",", ":")).encode())


def signed(claims: dict, key: rsa.RSAPrivateKey, kid, **header) -> str:
    head = {"typ": "JWT", "alg": "RS256", "kid": kid} | header
    head = {name: value for name, value in head.items() if value is not None}
    message = f"{segment(head)}.{segment(claims)}"
    if head["alg"] == "PS256":
        scheme, digest = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32), hashes.SHA256()
    else:
        scheme, digest = padding.PKCS1v15(), hashes.SHA384() if head["alg"] == "RS384" else hashes.SHA256()
    return f"{message}.{b64url(key.sign(message.encode(), scheme, digest))}"


def mac(claims: dict, secret: bytes, kid: str) -> str:
    message = f"{segment({'typ': 'JWT', 'alg': 'HS256', 'kid': kid})}.{segment(claims)}"
    return f"{message}.{b64url(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"


def tokens(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey, other_tenants: rsa.RSAPrivateKey, strange: rsa.RSAPrivateKey) -> dict:
    common = {"aud": CLIENT, "tid": TENANT, "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 3600, "sub": str(uuid.UUID(int=7))}
    v1 = common | {"iss": f"https://sts.windows.net/{TENANT}/", "appid": CHANGE_TRACKING, "appidacr": "2", "ver": "1.0"}
    v2 = common | {"iss": f"{LOGIN}/{TENANT}/v2.0", "azp": CHANGE_TRACKING, "azpacr": "2", "ver": "2.0"}

    def good(claims, **changes):
        claims = {name: value for name, value in (claims | changes).items() if value is not ...}
        return signed(claims, first, "test-1")

    public = first.public_key()
    spki = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    pkcs1 = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    modulus = public.public_numbers().n.to_bytes(256, "big")
    head, body, signature = good(v2).split(".")
    short = base64.urlsafe_b64decode(signature + "==")[:-1]
    unsigned = segment({"typ": "JWT", "alg": "none", "kid": "test-1"})
    other = "77777777-7777-4777-8777-777777777777"
    cases = [
        ("version 1", "good", good(v1)),
        ("version 2", "good", good(v2)),
        ("version 2, second key", "good", signed(v2, second, "test-2")),
        ("without nbf", "good", good(v2, nbf=...)),
        ("expired within the leeway", "good", good(v2, exp=NOW - 299)),
        ("begins within the leeway", "good", good(v2, nbf=NOW + 299)),
        ("expired", "time", good(v2, exp=NOW - 301)),
        ("expired at the end of the leeway", "time", good(v1, exp=NOW - 300)),
        ("not valid yet", "time", good(v2, nbf=NOW + 301)),
        ("for another app", "audience", good(v2, aud=other)),
        ("for Graph", "audience", good(v1, aud="https://graph.microsoft.com")),
        ("version 1 from another tenant", "issuer", good(v1, iss=f"https://sts.windows.net/{OTHER_TENANT}/")),
        ("version 2 from another tenant", "issuer", good(v2, tid=OTHER_TENANT)),
        ("version 2 from another host", "issuer", good(v2, iss=f"https://login.microsoftonline.com.example/{TENANT}/v2.0")),
        ("version 2 with the issuer of version 1", "issuer", good(v2, iss=v1["iss"])),
        ("version 1 with the issuer of version 2", "issuer", good(v1, iss=v2["iss"])),
        ("key of another tenant", "issuer", signed(v2, other_tenants, "test-other-tenant")),
        ("unknown version", "issuer", good(v2, ver="3.0")),
        ("version 1 by another caller", "caller", good(v1, appid=other)),
        ("version 2 by another caller", "caller", good(v2, azp=other)),
        ("version 1 with the caller of version 2", "caller", good(v1, appid=..., azp=CHANGE_TRACKING)),
        ("version 2 with the caller of version 1", "caller", good(v2, azp=..., appid=CHANGE_TRACKING)),
        ("without a caller", "caller", good(v1, appid=...)),
        ("unknown key", "unknown-key", signed(v2, strange, "test-3")),
        ("key for encryption", "unknown-key", signed(v2, strange, "test-encryption")),
        ("unknown key called like a known one", "signature", signed(v2, strange, "test-1")),
        ("the other known key", "signature", signed(v2, second, "test-1")),
        ("claims changed", "signature", f"{head}.{segment(v2 | {'tid': OTHER_TENANT})}.{signature}"),
        ("signature empty", "signature", f"{head}.{body}."),
        ("signature cut", "signature", f"{head}.{body}.{b64url(short)}"),
        ("without a key id", "form", signed(v2, first, None)),
        ("algorithm none", "form", f"{unsigned}.{body}."),
        ("algorithm none with a signature", "form", f"{unsigned}.{body}.{signature}"),
        ("HS256 with the public key in PEM", "form", mac(v2, spki, "test-1")),
        ("HS256 with the public key in DER", "form", mac(v2, pkcs1, "test-1")),
        ("HS256 with the modulus", "form", mac(v2, modulus, "test-1")),
        ("RS384", "form", signed(v2, first, "test-1", alg="RS384")),
        ("PS256", "form", signed(v2, first, "test-1", alg="PS256")),
        ("critical header", "form", signed(v2, first, "test-1", crit=["exp"])),
        ("without exp", "form", good(v2, exp=...)),
        ("exp as text", "form", good(v2, exp="never")),
        ("without a version", "form", good(v2, ver=...)),
        ("without a tenant", "form", good(v2, tid=...)),
        ("tenant not a guid", "form", good(v2, tid="common")),
        ("five parts", "form", f"{head}.{body}.{signature}.{body}.{signature}"),
        ("two parts", "form", f"{head}.{body}"),
        ("no token", "form", "x"),
        ("empty", "form", ""),
        ("too long", "form", good(v2, filler="x" * 20000)),
    ]
    return {
        "now": NOW,
        "tenantId": TENANT,
        "otherTenantId": OTHER_TENANT,
        "clientId": CLIENT,
        "login": LOGIN,
        "otherTenantsToken": good(v2, tid=OTHER_TENANT, iss=f"{LOGIN}/{OTHER_TENANT}/v2.0"),
        "cases": [{"name": name, "expect": expect, "token": token} for name, expect, token in cases],
    }


def jwk(key: rsa.RSAPrivateKey, kid: str, use: str = "sig", tenant: str = "{tenantid}") -> dict:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": use,
        "kid": kid,
        "x5t": kid,
        "n": b64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": b64url(numbers.e.to_bytes(3, "big")),
        "x5c": [certificate(key, "TEST signing certificate")],
        "issuer": f"{LOGIN}/{tenant}/v2.0",
    }


def main() -> None:
    old, new = new_key(2048), new_key(4096)
    write("key-old.test.pem", pem(old))
    write("key-new.test.pem", pem(new))
    write("key-old.pkcs1.test.pem", pem(old, serialization.PrivateFormat.TraditionalOpenSSL))
    write("certificate-new.test.b64", certificate(new, "TEST encryption certificate") + "\n")
    write_json("rich.json", rich(old, new))
    first, second, other_tenants, strange = new_key(), new_key(), new_key(), new_key()
    elliptic = {"kty": "EC", "use": "sig", "kid": "test-ec", "crv": "P-256", "x": b64url(bytes(32)), "y": b64url(bytes(32))}
    keys = [
        elliptic,
        jwk(strange, "test-encryption", "enc"),
        jwk(first, "test-1"),
        jwk(second, "test-2"),
        jwk(other_tenants, "test-other-tenant", tenant=OTHER_TENANT),
        {"kty": "RSA"},
    ]
    write_json("jwks.json", {"keys": keys})
    write_json("tokens.json", tokens(first, second, other_tenants, strange))


if __name__ == "__main__":
    main()
