"""Static files under names that carry their content, so that browsers keep them."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Our modules import each other; those of installed apps are left as they come.
OUR_SCRIPTS = (
    "js/*.js",
    (
        (r'(?P<matched>from\s+"(?P<url>\./[^"]+)")', 'from "%(url)s"'),
        (r'(?P<matched>import\s+"(?P<url>\./[^"]+)")', 'import "%(url)s"'),
    ),
)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage, which also renames what our scripts import."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, OUR_SCRIPTS)
