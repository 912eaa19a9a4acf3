"""Fetches a model's folder from Hugging Face, where there is a network: JSON, safetensors and its card."""

from __future__ import annotations

import re
from pathlib import Path

from models.errors import EngineError, FolderError
from models.generate.modules import INSTALL

_REPOSITORY = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
ALLOWED = ("*.json", "*.txt", "README.md", "*/*.safetensors")
PATIENCE_S = 10.0


def pull(repository: str, folder: Path) -> Path:
    """Fetch OWNER/NAME into a folder that is empty; its path. Raises FolderError for what is no such name or cannot be
    had, EngineError where huggingface_hub is not installed."""
    if not _REPOSITORY.fullmatch(repository):
        raise FolderError(f"expected a repository as OWNER/NAME, got {repository!r}")
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            GatedRepoError,
            HfHubHTTPError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
        )
    except ImportError as error:
        raise EngineError(f"this needs huggingface_hub, which is not installed: {INSTALL}") from error
    try:
        snapshot_download(
            repository, local_dir=folder, allow_patterns=list(ALLOWED), etag_timeout=PATIENCE_S, max_workers=2
        )
    except GatedRepoError as error:
        raise FolderError(f"{repository} is for those who accept its terms: sign in and accept them") from error
    except RepositoryNotFoundError as error:
        raise FolderError(f"there is no model {repository} on the hub, or it is private") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise FolderError(
            f"{repository} cannot be fetched: there is no way to the hub from here. On a machine that has one, run: "
            f"hf download {repository} --local-dir FOLDER; bring the folder, and: vernissage models add FOLDER"
        ) from error
    return folder
