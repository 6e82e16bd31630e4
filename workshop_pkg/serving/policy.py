"""What a browser may do with the page of the service: load its own files, and nothing else."""

from __future__ import annotations

#: The page has no script or style within its markup, so that none of a stranger's can run there.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

#: Sent with the page.
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # The page and its files belong together: after an update no browser mixes old and new ones.
    "Cache-Control": "no-cache",
}
