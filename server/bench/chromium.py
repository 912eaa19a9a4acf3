"""Which Chromium is driven, and with what arguments. Knows no page."""

import os
import shutil
from pathlib import Path

INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The browser named by VERNISSAGE_CHROMIUM, or an installed one; None leaves the choice to Playwright."""
    named = os.environ.get("VERNISSAGE_CHROMIUM")
    return named or next((path for name in INSTALLED_NAMES if (path := shutil.which(name))), None)


def launch_args(camera_clip: Path | None = None) -> list[str]:
    """Arguments for a quiet browser with a camera: the given .y4m or .mjpeg file, or Chromium's own test picture."""
    args = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        "--disable-background-networking",
        "--disable-sync",
        "--disable-component-update",
    ]
    if camera_clip is not None:
        args.append(f"--use-file-for-fake-video-capture={camera_clip}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to sandbox root, which is who runs in containers
    return args
