"""An SMTP server that keeps what it receives.

Prints its port, and then each mail as a line of JSON, as Python's own library reads it. Called with the port to listen at, or 0 for any.
Whoever is called `refused` is not known here.
"""

import asyncio
import json
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        parts = [part for part in mail.walk()]
        leaves = [part for part in parts if not part.is_multipart()]
        print(
            json.dumps(
                {
                    "sender": envelope.mail_from,
                    "recipients": envelope.rcpt_tos,
                    "headers": {name.lower(): str(value) for name, value in mail.items()},
                    "containers": [part.get_content_type() for part in parts if part.is_multipart()],
                    "defects": [str(defect) for part in parts for defect in part.defects],
                    "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
                    "parts": [
                        {
                            "kind": part.get_content_type(),
                            "charset": part.get_content_charset(),
                            "method": part.get_param("method"),
                            "name": part.get_filename(),
                            "text": part.get_content(),
                        }
                        for part in leaves
                    ],
                }
            ),
            flush=True,
        )
        return "250 kept"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="mail.example"), "127.0.0.1", int(sys.argv[1]))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
