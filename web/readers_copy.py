"""Keep work/, the reader's own copy of the book, beside the original.

    python web/readers_copy.py

Missing pages are added, and pages that the reader never changed follow the book. A page
that the reader edited is never touched.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

PAGES = ("*.md", "chapters/*.ipynb")
NOT_A_PAGE = {"README.md"}
RECORD = ".copied.json"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_record(path: Path) -> dict[str, str]:
    """Return what was copied last time, as {page: digest}; nothing if that is unreadable."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def update(book: Path, copy: Path) -> dict[str, list[str]]:
    """Bring the copy up to date; return the pages added, updated and kept as edited.

    Without a record of what was copied, a page that differs counts as edited.
    """
    record = read_record(copy / RECORD)
    outcome: dict[str, list[str]] = {"added": [], "updated": [], "kept": []}
    for source in sorted(path for pattern in PAGES for path in book.glob(pattern)):
        page = source.relative_to(book).as_posix()
        if page in NOT_A_PAGE:
            continue
        target = copy / page
        if not target.exists():
            outcome["added"].append(page)
        elif digest(target) == digest(source):
            record[page] = digest(source)
            continue
        elif digest(target) == record.get(page):
            outcome["updated"].append(page)
        else:
            outcome["kept"].append(page)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        record[page] = digest(source)
    (copy / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
    return outcome


def main() -> int:
    """Update work/ in the current folder and say what was done."""
    copy = Path("work")
    copy.mkdir(exist_ok=True)
    outcome = update(Path(), copy)
    for page in outcome["added"] + outcome["updated"]:
        print(f"work/{page} is new from the book.")
    for page in outcome["kept"]:
        print(f"work/{page} has your changes and was left alone.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
