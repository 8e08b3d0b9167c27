"""Every failure a user can meet, as a type; each message ends with what to do about it."""


class RagError(Exception):
    """Base of all errors raised on purpose; `str(error)` is fit to show to a user."""


class SettingsError(RagError):
    """A setting is unknown or has an impossible value."""


class ModelUnavailable(RagError):
    """A model could not be found, fetched or verified."""


class IndexMissing(RagError):
    """There is no index in `Settings.home`."""


class IndexStale(RagError):
    """The index was built by another embedder, text version or schema than the one in use."""


class IndexUnusable(RagError):
    """The index folder cannot be opened, read or written."""


class VectorsUnavailable(RagError):
    """The Chroma server cannot be reached."""


class LoadError(RagError):
    """A source file cannot be turned into documents."""


class QuestionError(RagError):
    """The question is empty or too long."""
