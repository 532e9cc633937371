"""What is posted to whoever receives webhooks, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header

from schemas.messages import CloudEvent
from service.api import example_messages as examples
from service.api.openapi import bodies


def document(app: FastAPI) -> None:
    """Add it to the document of `app`; nothing is served by it."""

    @app.webhooks.post(
        "alert",
        tags=["Alerts"],
        summary="A watch was told something",
        status_code=204,
        responses={
            204: {
                "description": "Taken: any 2xx says so. Else it is tried again, for about three"
                " days."
            },
            410: {"description": "Nothing is wanted here any more: the receiver is stopped."},
        },
        openapi_extra=bodies(examples.EVENTS),
    )
    async def alert(
        body: CloudEvent,
        webhook_id: Annotated[
            str, Header(description="Of the message, the same for every try: seen once, had.")
        ],
        webhook_timestamp: Annotated[
            str, Header(description="Seconds since 1970 of this try; older than minutes is forged.")
        ],
        webhook_signature: Annotated[
            str,
            Header(
                description="Over id, timestamp and body, by every secret of the receiver: `v1,…`"
                " HMAC-SHA-256, `v1a,…` ed25519."
            ),
        ],
    ) -> None:
        """By the [Standard Webhooks](https://www.standardwebhooks.com) specification, whose
        libraries verify it. The body is a CloudEvents 1.0 event; it says what happened only where
        the receiver's owner asked for details. The same message may come twice, with the same id;
        what concerns one watch comes in order."""
